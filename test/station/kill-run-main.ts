import { runKills } from './kill-run.ts';

/** `kerf bench floor` runs this as a process of its own. Arguments: cuts, stations, seed. Writes the report as JSON. */
const [cuts = '30', stations = '10', seed = '1'] = process.argv.slice(2);
const report = await runKills({ cuts: Number(cuts), stations: Number(stations), seed: Number(seed) });
process.stdout.write(`${JSON.stringify(report)}\n`);
