//! Changes to a stream of numbers, number by number: bytes of a double that are changed one at a time are rarely a
//! length or a coordinate of anything.

use kerf_nest::rng::Rng;

const WORDS: [f64; 19] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    2.0,
    3.0,
    4.0,
    0.5,
    1e-9,
    1e-300,
    1e5,
    4e7,
    1e300,
    4_294_967_295.0,
    4_294_967_296.0,
    9_007_199_254_740_993.0,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];

const SIZE: usize = size_of::<f64>();

/// The whole numbers of a stream; bytes after the last are left out.
pub fn numbers(bytes: &[u8]) -> Vec<f64> {
    let words = bytes.chunks_exact(SIZE);
    words
        .map(|word| f64::from_le_bytes(word.try_into().expect("a whole number")))
        .collect()
}

/// Changes up to four numbers of `data[..size]` in place, or takes some out, or puts some in.
/// Returns the new size, `max_size` bytes at most.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut rng = Rng::new(u64::from(seed));
    let mut stream = numbers(&data[..size]);
    for _ in 0..=rng.below(4) {
        if stream.is_empty() {
            stream.push(4.0);
        }
        let at = rng.below(stream.len());
        let other = stream[rng.below(stream.len())];
        match rng.below(11) {
            0 => stream[at] = WORDS[rng.below(WORDS.len())],
            1 => stream[at] += rng.normal() * 50.0,
            2 => stream[at] += rng.normal() * 1e-6,
            3 => stream[at] = (stream[at] + rng.range(-3.0, 4.0)).floor(),
            4 => stream[at] = -stream[at],
            5 => stream.truncate(at.max(1)),
            6 => drop(stream.remove(at)),
            7 => stream.insert(at, WORDS[rng.below(WORDS.len())]),
            8 => stream[at] = other,
            // A run of numbers once more behind itself: points, zones, pieces.
            9 => {
                let until = (at + 1 + rng.below(24)).min(stream.len());
                let run = stream[at..until].to_vec();
                stream.splice(until..until, run);
            }
            // A point between two.
            _ => stream[at] = f64::midpoint(stream[at], other),
        }
    }
    stream.truncate(max_size / SIZE);
    for (word, number) in data.chunks_exact_mut(SIZE).zip(&stream) {
        word.copy_from_slice(&number.to_le_bytes());
    }
    stream.len() * SIZE
}
