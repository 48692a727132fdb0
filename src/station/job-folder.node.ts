import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CutView } from '#api/views.ts';
import { inspectionSchema, type Inspection } from '#domain/inspection.ts';
import type { Job } from '#domain/job.ts';
import { nestResultSchema, type NestResult } from '#domain/nest-result.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { problemSchema, type Problem } from '#domain/problem.ts';
import { scanSchema, type Scan } from '#domain/scan.ts';
import { readFileChecked } from '#store/job-files.node.ts';
import { LayoutArtist, type LayoutThread } from './layout-artist.node.ts';
import type { ShownLayout } from './shown-layouts.ts';
import { notYet } from './station-errors.ts';

/** Of a job's folder: the table after cutting, and how it compares. */
export const AFTER_CUT_FOLDER = 'after-cut';

/** The files of one job: `jobs/<id>/` of the data folder. What the job's record names by hash is read by that hash. */
export class JobFolder {
  readonly #dir: string;

  constructor(dataDir: string, id: string) {
    this.#dir = join(dataDir, 'jobs', id);
  }

  path(...names: readonly string[]): string {
    return join(this.#dir, ...names);
  }

  /** @param within the folder of the scan's folder: none is the scan that the job was nested on */
  async scan(...within: readonly string[]): Promise<Scan> {
    const path = this.path(...within, 'scan', 'scan.json');
    return parseDocument(scanSchema, await readJson(path), { name: 'scan', where: path });
  }

  /** @throws KerfError STATION_NOT_YET, STORE_FILE_CHANGED */
  async inspectionBytes(job: Job): Promise<Uint8Array> {
    if (job.inspectionSha256 === null) throw notYet(job, 'inspection');
    return readFileChecked(this.path('inspection.json'), job.inspectionSha256);
  }

  async inspection(job: Job): Promise<Inspection> {
    const path = this.path('inspection.json');
    const text = new TextDecoder().decode(await this.inspectionBytes(job));
    return parseDocument(inspectionSchema, parseJson(text, path), { name: 'inspection', where: path });
  }

  /** What the job nests, and the file's own text. */
  async problem(): Promise<{ readonly text: string; readonly problem: Problem }> {
    const where = this.path('problem.json');
    const text = await readFile(where, 'utf8');
    return { text, problem: parseDocument(problemSchema, parseJson(text, where), { name: 'problem', where }) };
  }

  /** The job's layout as it lies there now, and the file's own text. */
  async layout(): Promise<{ readonly text: string; readonly result: NestResult }> {
    const where = this.path('layout.json');
    const text = await readFile(where, 'utf8');
    return { text, result: parseDocument(nestResultSchema, parseJson(text, where), { name: 'layout', where }) };
  }

  /** A layout by the hash of its bytes. @throws KerfError STORE_FILE_CHANGED */
  async layoutBy(sha256: string, ...names: readonly string[]): Promise<{ text: string; result: NestResult }> {
    const path = this.path(...names);
    const text = new TextDecoder().decode(await readFileChecked(path, sha256));
    return { text, result: parseDocument(nestResultSchema, parseJson(text, path), { name: 'layout', where: path }) };
  }

  /** The job's layout, drawn anew in a thread of its own or in `open`'s. @throws KerfError STATION_NOT_YET, STORE_FILE_CHANGED */
  async drawnLayout(job: Job, open?: () => LayoutThread): Promise<ShownLayout> {
    const { layoutSha256 } = job;
    if (layoutSha256 === null) throw notYet(job, 'layout');
    const { text, result } = await this.layoutBy(layoutSha256, 'layout.json');
    const { problem } = await this.problem();
    await using artist = new LayoutArtist(open);
    artist.setProblem(job.id, problem);
    const facts = { job: job.id, inspectionSha256: job.inspectionSha256, sha256: layoutSha256, isFinal: true };
    const { json, figures } = await artist.draw(job.id, result, facts);
    return { sha256: layoutSha256, text, json, figures, result };
  }

  /** The same as the JSON of a LayoutView. @throws KerfError STATION_NOT_YET, STORE_FILE_CHANGED */
  async layoutJson(job: Job, open?: () => LayoutThread): Promise<string> {
    return (await this.drawnLayout(job, open)).json;
  }

  /** Written by the station itself beside the cut file. */
  async cutView(job: Job): Promise<CutView> {
    if (job.cutSha256 === null) throw notYet(job, 'cut file');
    return (await readJson(this.path('cut-plan.json'))) as CutView;
  }

  async cutFile(job: Job): Promise<{ name: string; bytes: Uint8Array }> {
    if (job.cutFile === null || job.cutSha256 === null) throw notYet(job, 'cut file');
    return { name: job.cutFile, bytes: await readFileChecked(this.path(job.cutFile), job.cutSha256) };
  }
}

async function readJson(path: string): Promise<unknown> {
  return parseJson(await readFile(path, 'utf8'), path);
}
