import { z } from 'zod';
import { EDITABLE_SETTINGS, settingsSchema, type EditableSetting } from '#domain/settings.ts';

/** One setting as a form has it, by its schema alone. */
export type SettingField = { readonly path: EditableSetting } & (
  | { readonly kind: 'number'; readonly isWhole: boolean; readonly least: number; readonly most: number | null }
  | { readonly kind: 'several'; readonly choices: readonly string[] }
);

interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** The fields of the settings that screens change, in their order. */
export function settingFields(): readonly SettingField[] {
  const root = z.toJSONSchema(settingsSchema, { io: 'input' }) as JsonSchema;
  return EDITABLE_SETTINGS.map((path) => fieldOf(path, schemaAt(root, path)));
}

function schemaAt(root: JsonSchema, path: string): JsonSchema {
  return path.split('.').reduce((schema, key) => {
    const found = schema.properties?.[key];
    if (!found) throw new Error(`the schema of the settings has no ${path}`);
    return found;
  }, root);
}

function fieldOf(path: EditableSetting, schema: JsonSchema): SettingField {
  if (schema.type === 'number' || schema.type === 'integer')
    return {
      ...{ path, kind: 'number', isWhole: schema.type === 'integer' },
      least: schema.minimum ?? schema.exclusiveMinimum ?? 0,
      // What zod says where nobody said anything.
      most: schema.maximum === undefined || schema.maximum >= Number.MAX_SAFE_INTEGER ? null : schema.maximum,
    };
  if (schema.type === 'array' && schema.items?.enum) return { path, kind: 'several', choices: schema.items.enum };
  throw new Error(`no field is known for ${path}`);
}
