import { useRef } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from '../views/icons.tsx';

export interface ChosenFile {
  readonly name: string;
  readonly text: string;
}

/** Opens the system's file chooser; what was chosen is read here and sent to the station as text. */
export function ImportButton({ onFiles }: { readonly onFiles: (files: readonly ChosenFile[]) => void }) {
  const { t } = useTranslation('orders');
  const input = useRef<HTMLInputElement>(null);
  const choices = useRef(0);
  const read = async (list: FileList | null) => {
    const choice = (choices.current += 1);
    const files = await Promise.all([...(list ?? [])].map(async (f) => ({ name: f.name, text: await f.text() })));
    // Large files of an earlier choice may be read later than those of the latest.
    if (files.length > 0 && choice === choices.current) onFiles(files);
    // The same files chosen again are a new wish.
    if (input.current) input.current.value = '';
  };
  return (
    <>
      <input
        ref={input}
        className="sr-only"
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        multiple
        accept=".json,.csv,.svg,.dxf"
        onChange={(event) => void read(event.target.files)}
      />
      <Button className="side-button" onPress={() => input.current?.click()}>
        <Icon name="files" size={28} />
        <span>{t('import')}</span>
      </Button>
    </>
  );
}
