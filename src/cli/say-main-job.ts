import type { MainJobReport } from '#station/main-job.node.ts';
import { leatherWords } from './leather-words.ts';
import type { Terminal } from './terminal.ts';

/** What the main job did, in a few lines. */
export function sayMainJob(terminal: Terminal, report: MainJobReport, messageCount: number | null): void {
  const { job, seconds } = report;
  const grades = Object.entries(report.defectsByGrade).sort(([a], [b]) => (a < b ? -1 : 1));
  const defectCount = grades.reduce((sum, [, count]) => sum + count, 0);
  const steps = Object.entries(seconds).map(([step, s]) => `${step} ${s.toFixed(1)} s`);
  terminal.say(`job       ${job.id}: ${job.state}${job.approvedBy === null ? '' : `, released by ${job.approvedBy}`}`);
  for (const { message } of report.flags) terminal.say(`flag      ${message}`);
  terminal.say(
    `defects   ${defectCount}${grades.length > 0 ? ` (${grades.map(([grade, count]) => `${count} of grade ${grade}`).join(', ')})` : ''}, seen on ${report.provider.used}`,
  );
  for (const note of leatherWords(report.leather)) terminal.say(`leather   ${note}`);
  terminal.say(`pieces    ${report.placedCount} placed, ${report.unplacedCount} left out`);
  terminal.say(`yield     ${(report.nestedYieldBp / 100).toFixed(1)} % nested of the hide's net area`);
  terminal.say(`cut file  ${report.cutFile}`);
  if (messageCount !== null) terminal.say(`messages  ${messageCount} sent over MQTT`);
  terminal.say(`time      ${steps.join(', ')}`);
}
