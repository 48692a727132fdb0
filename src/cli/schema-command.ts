import type { Command } from 'commander';
import { z } from 'zod';
import { calibrationSchema } from '#domain/calibration.ts';
import { gradingSchema } from '#domain/grading.ts';
import { hidePassportSchema } from '#domain/hide-passport.ts';
import { inspectionSchema } from '#domain/inspection.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { machineSchema } from '#domain/machine.ts';
import { modelCardSchema } from '#domain/model-card.ts';
import { nestResultSchema } from '#domain/nest-result.ts';
import { orderMappingSchema } from '#domain/order-mapping.ts';
import { orderSchema, problemSchema, sheetsSchema } from '#domain/problem.ts';
import { resultsMappingSchema } from '#domain/results-mapping.ts';
import { cutComparisonSchema } from '#domain/cut-comparison.ts';
import { remnantSchema } from '#domain/remnant.ts';
import { tableCornersSchema } from '#domain/table-corners.ts';
import { scanSchema } from '#domain/scan.ts';
import { searchRecordSchema } from '#domain/search-record.ts';
import { settingsSchema } from '#domain/settings.ts';
import { usableReportSchema } from '#domain/usable-report.ts';
import { EXIT } from './exit-code.ts';
import { runs } from './command.ts';

export const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  scan: scanSchema,
  calibration: calibrationSchema,
  'table-corners': tableCornersSchema,
  inspection: inspectionSchema,
  grading: gradingSchema,
  order: orderSchema,
  sheet: sheetsSchema,
  problem: problemSchema,
  result: nestResultSchema,
  'search-record': searchRecordSchema,
  machine: machineSchema,
  card: modelCardSchema,
  settings: settingsSchema,
  'order-mapping': orderMappingSchema,
  'results-mapping': resultsMappingSchema,
  hide: hidePassportSchema,
  'cut-comparison': cutComparisonSchema,
  remnant: remnantSchema,
  usable: usableReportSchema,
};

/** The JSON Schema of one document of ours (draft 2020-12). */
export function jsonSchemaOf(name: string): object {
  const schema = SCHEMAS[name];
  if (!schema)
    throw new KerfError('CLI_UNKNOWN_SCHEMA', `no schema "${name}": expected ${Object.keys(SCHEMAS).join(', ')}.`);
  return z.toJSONSchema(schema, { io: 'input' });
}

export function register(program: Command): void {
  runs(
    program
      .command('schema')
      .argument('<name>', Object.keys(SCHEMAS).join(', '))
      .description('JSON Schema of a document'),
    (_shell, [name]) => {
      process.stdout.write(`${JSON.stringify(jsonSchemaOf(name!), null, 2)}\n`);
      return Promise.resolve(EXIT.done);
    },
  );
}
