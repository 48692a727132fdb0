//! What a search by time met on its way, so that it can be gone again.
//!
//! Its workers never wait for each other: when each one read the clock, which layouts it then knew of the others and where
//! it ended differ from run to run. All else follows from problem and seed. A record holds these few things by the count of
//! looks and exchanges of each worker; a replay meets them there again and makes the same layouts, at whatever pace.

use std::collections::HashSet;

/// Parts of the budget in which a worker reads the clock: what lies between two does not show in a search.
pub const CLOCK: f64 = 1024.0;

/// A layout by who handed it in, and as which of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    pub worker: u32,
    pub number: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// So many 1024ths of the budget were gone.
    Clock(u32),
    /// Another layout was the best of all.
    Best(Name),
    /// The run ended.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Looks and exchanges of the worker until then, this one counted.
    pub tick: u64,
    pub met: Met,
}

/// Of each worker what it met, by tick; and what the run ended with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub workers: Vec<Vec<Event>>,
    pub best: Option<Name>,
}

/// Numbers of an event of the encoded record: tick, what was met, and which.
const WIDTH: usize = 3;
const NONE: f64 = -1.0;
const CLOCKED: f64 = -1.0;
const ENDED: f64 = -2.0;
/// Whole numbers up to there are exact.
const MOST: f64 = 9_007_199_254_740_991.0;

impl Record {
    pub fn of(threads: usize) -> Self {
        Self {
            workers: vec![Vec::new(); threads],
            best: None,
        }
    }

    /// Layouts that a worker took over, or that stayed.
    pub fn wanted(&self) -> HashSet<Name> {
        let taken = self.workers.iter().flatten().filter_map(|e| match e.met {
            Met::Best(name) => Some(name),
            Met::Clock(_) | Met::End => None,
        });
        taken.chain(self.best).collect()
    }

    /// The best (worker, number; -1 twice where there is none), then for each worker how many events and three numbers for
    /// each: ticks since the one before, -1 for the clock, -2 for the end or the worker of a layout, and which.
    pub fn encode(&self) -> Vec<f64> {
        let name = |n: Name| [f64::from(n.worker), f64::from(n.number)];
        let mut out = self.best.map_or([NONE; 2], name).to_vec();
        for events in &self.workers {
            out.push(events.len() as f64);
            let mut before = 0;
            for e in events {
                let [what, which] = match e.met {
                    Met::Clock(parts) => [CLOCKED, f64::from(parts)],
                    Met::Best(n) => name(n),
                    Met::End => [ENDED, 0.0],
                };
                out.extend([(e.tick - before) as f64, what, which]);
                before = e.tick;
            }
        }
        out
    }

    /// None where the numbers are no record.
    pub fn decode(data: &[f64]) -> Option<Self> {
        let (best, mut rest) = data.split_at_checked(2)?;
        let best = if best == [NONE; 2] { None } else { Some(name_of(best)?) };
        let mut workers = Vec::new();
        while let Some((&count, events)) = rest.split_first() {
            let (events, others) = events.split_at_checked(whole(count, MOST)?.checked_mul(WIDTH as u64)? as usize)?;
            rest = others;
            let mut tick = 0;
            let event = |e: &[f64]| {
                tick += whole(e[0], MOST)?;
                let met = if e[1] == CLOCKED {
                    Met::Clock(whole(e[2], f64::from(u32::MAX))? as u32)
                } else if e[1] == ENDED {
                    Met::End
                } else {
                    Met::Best(name_of(&e[1..])?)
                };
                (tick <= MOST as u64).then_some(Event { tick, met })
            };
            workers.push(events.chunks_exact(WIDTH).map(event).collect::<Option<Vec<_>>>()?);
        }
        let count = workers.len();
        let record = Self { workers, best };
        let is_known = record.wanted().iter().all(|n| (n.worker as usize) < count);
        // Without an end a replay would have none either.
        let has_end = |events: &Vec<Event>| events.last().is_some_and(|e| e.met == Met::End);
        (count > 0 && is_known && record.workers.iter().all(has_end)).then_some(record)
    }
}

fn name_of(pair: &[f64]) -> Option<Name> {
    let part = |v: f64| whole(v, f64::from(u32::MAX)).map(|n| n as u32);
    Some(Name {
        worker: part(pair[0])?,
        number: part(pair[1])?,
    })
}

fn whole(v: f64, most: f64) -> Option<u64> {
    (v >= 0.0 && v <= most && v.fract() == 0.0).then_some(v as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Record {
        let at = |tick, met| Event { tick, met };
        let of = |worker, number| Met::Best(Name { worker, number });
        Record {
            workers: vec![
                vec![
                    at(3, Met::Clock(1)),
                    at(3, of(1, 7)),
                    at(90, of(0, 2)),
                    at(91, Met::End),
                ],
                vec![at(0, Met::End)],
            ],
            best: Some(Name { worker: 0, number: 2 }),
        }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        assert_eq!(Record::decode(&some().encode()), Some(some()));
        assert_eq!(Record::decode(&Record::of(2).encode()), None);
        assert_eq!(some().wanted().len(), 2);
    }

    #[test]
    fn broken_numbers_are_no_record_and_never_a_panic() {
        let sound = some().encode();
        for cut in 0..sound.len() - 1 {
            let _ = Record::decode(&sound[..cut]);
            for odd in [f64::NAN, -3.0, 0.5, 1e300, f64::INFINITY, 4e9, 9e15] {
                let mut broken = sound.clone();
                broken[cut] = odd;
                let _ = Record::decode(&broken);
            }
        }
        assert_eq!(Record::decode(&[]), None);
        assert_eq!(Record::decode(&[0.0, 0.0]), None);
        // Of a third worker where there are two.
        assert_eq!(Record::decode(&[2.0, 0.0, 0.0, 0.0]), None);
    }
}
