import '../look/hide-code.css';
import { useEffect, useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { callStation } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import type { PageState } from '../state/page-state.ts';
import { codeFrom, scannerEar } from '../state/hand-scanner.ts';
import { Icon } from './icons.tsx';
import { useCover } from './settled.ts';

/** Rows of keys: a glove has no keyboard, and a tag says capitals. */
const KEY_ROWS = ['1234567890', 'QWERTYUIOP', 'ASDFGHJKL-', 'ZXCVBNM._'];
/** Of one hide; it is cut once or twice, its remnants some times more. */
const MOST_JOBS = 500;

/** The code of the hide on the table, or of the one that comes. */
export function hideCodeOf({ status, nextSheet }: PageState): string | null {
  const isNext = status === null || status.state === 'READY' || status.state === 'DONE';
  return isNext ? nextSheet.hide : (status.job?.hide ?? null);
}

/** A hand scanner pointed at a tag names the hide, whatever screen of the job is open; what it reads that is no code is
 *  refused in words. */
export function useHandScanner(): void {
  const { commands, dispatch } = usePage();
  useEffect(() => {
    const hear = scannerEar();
    const listen = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.repeat) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const heard = hear(event.key, event.timeStamp);
      if (heard.kind === 'key') return;
      // Enter and space would press whatever button has the focus: "Cut this", at worst.
      event.preventDefault();
      event.stopPropagation();
      if (heard.kind === 'code') void commands.nameHide(heard.code);
      if (heard.kind === 'no-code')
        dispatch({ kind: 'refused', refusal: { code: 'UI_TAG_REFUSED', details: { tag: heard.tag } } });
    };
    addEventListener('keydown', listen, true);
    return () => removeEventListener('keydown', listen, true);
  }, [commands, dispatch]);
}

/** The hide's tag: typed by touch, or read by a hand scanner; says whether the hide is known already. */
export function HideCodeDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('stock');
  const { commands } = usePage();
  useCover();
  const now = usePageState(hideCodeOf);
  const isLost = usePageState((s) => s.link !== 'open');
  const [typed, setTyped] = useState(now ?? '');
  const code = codeFrom(typed);
  const keep = (next: string | null) => {
    void commands.nameHide(next);
    onClose();
  };
  return (
    <ModalOverlay className="overlay" isDismissable isOpen onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="code-sheet">
        <Dialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title">{t('code.title')}</Heading>
            <Button className="icon-button" aria-label={t('operator:menu.close')} onPress={onClose}>
              <Icon name="cross" size={28} />
            </Button>
          </div>
          <label className="field">
            <span className="sr-only">{t('code.title')}</span>
            <input
              autoFocus
              value={typed}
              maxLength={40}
              autoComplete="off"
              placeholder={t('code.hint')}
              onChange={(event) => setTyped(event.target.value)}
              onKeyDown={(event) => event.key === 'Enter' && code !== null && keep(code)}
            />
          </label>
          <Known code={code} isRefused={typed.trim() !== '' && code === null} />
          <div className="code-keys" role="group" aria-label={t('code.keys')}>
            {KEY_ROWS.map((row) => (
              <div key={row} className="code-row">
                {[...row].map((key) => (
                  <Button key={key} className="choice" excludeFromTabOrder onPress={() => setTyped(typed + key)}>
                    {key}
                  </Button>
                ))}
                {row === KEY_ROWS.at(-1) && (
                  <Button
                    className="choice"
                    aria-label={t('access:delete')}
                    excludeFromTabOrder
                    onPress={() => setTyped(typed.slice(0, -1))}
                  >
                    <Icon name="back" size={28} />
                  </Button>
                )}
              </div>
            ))}
          </div>
          <div className="code-foot">
            <Button className="side-button" isDisabled={isLost || now === null} onPress={() => keep(null)}>
              {t('code.none')}
            </Button>
            <Button className="step-button" isDisabled={isLost || code === null} onPress={() => keep(code)}>
              <Icon name="tick" size={32} />
              <span>{t('code.keep')}</span>
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Known({ code, isRefused }: { readonly code: string | null; readonly isRefused: boolean }) {
  const { t } = useTranslation('stock');
  const { formats } = usePage();
  const jobs = useAnswer(code, () => callStation('jobs', { query: { hide: code ?? '', limit: MOST_JOBS } })).value;
  const own = usePageState((s) => s.status?.job?.id ?? null);
  const before = jobs?.filter((job) => job.id !== own) ?? [];
  return (
    <p className="hint" role="status">
      {isRefused
        ? t('code.refused')
        : code === null || jobs === null
          ? t('code.scanner')
          : before.length === 0
            ? t('code.new')
            : t('code.known', { count: before.length, date: formats.day(new Date(before[0]!.createdAt)) })}
    </p>
  );
}
