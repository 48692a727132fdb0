import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { sheetRecordSchema, type SheetRecord } from '#domain/sheet-record.ts';

/** A record as the store holds it. @throws KerfError STORE_CORRUPT */
export function readSheetRecord(text: string): SheetRecord {
  const options = { name: 'sheet', where: 'ledger', code: 'STORE_CORRUPT' };
  return parseDocument(sheetRecordSchema, parseJson(text, options.where, options.code), options);
}
