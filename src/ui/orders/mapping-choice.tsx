import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { OrderMappingInput } from '#domain/order-mapping.ts';
import { ChoiceRow } from '../engineer/choice-row.tsx';
import { orRefused } from '../link/or-refused.ts';
import { callStation } from '../link/station-client.ts';
import { useAnswer, useWish } from '../link/use-answer.ts';
import { usePage } from '../page-context.ts';
import { SideButton } from '../views/buttons.tsx';
import { useErrorText } from '../views/error-text.ts';
import { Icon } from '../views/icons.tsx';
import { firstDraft, headOf, isUsable, mappingOf, type DraftMapping } from './draft-mapping.ts';
import type { ChosenFile } from './import-button.tsx';
import { MappingTable } from './mapping-table.tsx';

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,39}$/;

/** How the first file is read: as Kerf writes orders (undefined), by a mapping that is kept (its name), or by one that
 *  was just made. */
export type ReadBy = string | OrderMappingInput | undefined;

/** No mapping is called so. */
const OWN = '/';

const DECIMAL_SIGNS = ['.', ','] as const;

interface MappingChoiceProps {
  readonly by: ReadBy;
  readonly isEditing: boolean;
  readonly onBy: (by: ReadBy) => void;
  readonly onEdit: () => void;
}

/** Which columns mean what: as Kerf writes, as a program that is known, or set by hand. */
export function MappingChoice({ by, isEditing, onBy, onEdit }: MappingChoiceProps) {
  const { t } = useTranslation('orders');
  const kept = useAnswer('mappings', () => callStation('mappings')).value?.order ?? [];
  const isOwn = isEditing || typeof by === 'object';
  const choose = (value: string) => {
    if (value === OWN) onEdit();
    else onBy(value === '' ? undefined : value);
  };
  return (
    <div className="mapping-by">
      <span className="label" aria-hidden="true">
        {t('mapping.by')}
      </span>
      <select
        className="select"
        aria-label={t('mapping.by')}
        value={isOwn ? OWN : (by ?? '')}
        onChange={({ target }) => choose(target.value)}
      >
        <option value="">{t('mapping.asKerf')}</option>
        {kept.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        <option value={OWN}>{t('mapping.own')}</option>
      </select>
    </div>
  );
}

interface MappingEditorProps {
  readonly file: ChosenFile;
  /** The mapping is tried: the preview shows what it gives. */
  readonly onTry: (mapping: OrderMappingInput) => void;
  readonly onDrop: () => void;
}

/** The file's columns and what each means. */
export function MappingEditor({ file, onTry, onDrop }: MappingEditorProps) {
  const { t } = useTranslation('orders');
  const body = { file: { name: file.name, text: headOf(file.text) } };
  // Another file is another editor's.
  const asked = useAnswer('columns', () => orRefused(callStation('orderColumns', { body }))).value;
  const [changed, setChanged] = useState<DraftMapping | null>(null);
  const errorText = useErrorText();
  if (!asked) return <p className="empty">{t('preview.reading')}</p>;
  if (!asked.value)
    return (
      <>
        <div className="scroll" role="alert">
          <p className="empty">{errorText(asked.refusal.code, asked.refusal.details)}</p>
        </div>
        <div className="panel-foot">
          <SideButton icon="cross" onPress={onDrop}>
            {t('preview.drop')}
          </SideButton>
        </div>
      </>
    );
  const found = asked.value;
  const draft = changed ?? firstDraft(found);
  return (
    <>
      <div className="scroll" tabIndex={0}>
        <MappingTable found={found} draft={draft} onChange={setChanged} />
      </div>
      <div className="panel-foot mapping-foot">
        <SideButton icon="cross" onPress={onDrop}>
          {t('preview.drop')}
        </SideButton>
        <ChoiceRow
          label={t('mapping.decimal')}
          choices={DECIMAL_SIGNS}
          chosen={draft.decimal}
          wordOf={(sign) => `1${sign}5`}
          onChoose={(decimal) => setChanged({ ...draft, decimal })}
        />
        <Button className="step-button" isDisabled={!isUsable(draft)} onPress={() => onTry(mappingOf(found, draft))}>
          <Icon name="arrow" size={32} />
          <span>{t(isUsable(draft) ? 'mapping.try' : 'mapping.noName')}</span>
        </Button>
      </div>
    </>
  );
}

interface KeepMappingProps {
  readonly mapping: OrderMappingInput;
  readonly onKept: (name: string) => void;
  readonly onEdit: () => void;
}

/** Keeps a mapping that was tried, under the name of the program it is of. */
export function KeepMapping({ mapping, onKept, onEdit }: KeepMappingProps) {
  const { t } = useTranslation('orders');
  const { person } = usePage();
  const { isSending, send } = useWish();
  const [name, setName] = useState('');
  const keep = async () => {
    const body = { mapping, by: person.get() };
    if (await send(() => callStation('setOrderMapping', { params: { name }, body }))) onKept(name);
  };
  return (
    <div className="mapping-keep">
      <SideButton icon="pen" onPress={onEdit}>
        {t('mapping.change')}
      </SideButton>
      <label className="field">
        <span className="sr-only">{t('mapping.keepAs')}</span>
        <input
          value={name}
          maxLength={40}
          placeholder={t('mapping.keepAs')}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <SideButton icon="files" isDisabled={isSending || !NAME.test(name)} onPress={() => void keep()}>
        {t('mapping.keep')}
      </SideButton>
    </div>
  );
}
