import { fillStore } from './full-store.ts';

/** Fills a store. Arguments: folder, days, jobs a day. Says what it wrote as JSON. */
const [dir = '', days = '250', jobsADay = '200'] = process.argv.slice(2);
process.stdout.write(JSON.stringify(fillStore(dir, { days: Number(days), jobsADay: Number(jobsADay) })));
