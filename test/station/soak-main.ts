import { runSoak } from './soak-run.ts';

/** A process of its own, started with `--expose-gc`. Arguments: hours, jobs an hour. Writes the report as JSON. */
const [hours = '2', jobsAnHour = '25'] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await runSoak({ hours: Number(hours), jobsAnHour: Number(jobsAnHour) }))}\n`);
process.exit();
