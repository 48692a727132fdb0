import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePage, usePageState } from '../page-context.ts';
import { go } from '../route.ts';
import { ToolButton } from './buttons.tsx';
import { HideCodeDialog, hideCodeOf } from './hide-code.tsx';

/** What lies on the table for the next scan: a hide with its code, or a remnant of the stock. */
export function NextSheetTools() {
  const { t } = useTranslation('stock');
  const { dispatch } = usePage();
  const sheet = usePageState((s) => s.nextSheet);
  return (
    <div className="next-sheet">
      <HideCodeTool />
      <ToolButton
        icon={sheet.remnant === null ? 'stock' : 'cross'}
        isOn={sheet.remnant !== null}
        onPress={() =>
          sheet.remnant === null ? go('/stock') : dispatch({ kind: 'next-sheet', sheet: { ...sheet, remnant: null } })
        }
      >
        {sheet.remnant ?? t('fromStock')}
      </ToolButton>
    </div>
  );
}

/** The hide's code, or the way to give it one. */
export function HideCodeTool() {
  const { t } = useTranslation('stock');
  const code = usePageState(hideCodeOf);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ToolButton icon="tag" isOn={code !== null} onPress={() => setOpen(true)}>
        {code ?? t('code.open')}
      </ToolButton>
      {isOpen && <HideCodeDialog onClose={() => setOpen(false)} />}
    </>
  );
}
