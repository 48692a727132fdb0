import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { FILE_ROUTES } from '#api/file-routes.ts';
import { API_PREFIX } from '#api/routes.ts';
import type { BackupCheckView, BackupView } from '#api/backup-routes.ts';
import { kioskBridge } from '../link/kiosk-bridge.ts';
import { callStation } from '../link/station-client.ts';
import { useAnswer, useWish } from '../link/use-answer.ts';
import { usePage } from '../page-context.ts';
import { SideButton } from '../views/buttons.tsx';
import { useErrorText } from '../views/error-text.ts';
import { Icon } from '../views/icons.tsx';
import { SignInFirst, type SignInProps } from './sign-in-first.tsx';

/** While one is made, its bar moves; afterwards the list is looked at now and then, ms. */
const EVERY_MS = { running: 700, idle: 10_000 };

/** Backups of the station: made while it works, listed, checked, taken home as one file, taken away. */
export function BackupPanel({ onSignIn }: SignInProps) {
  const { t } = useTranslation('system');
  const { person } = usePage();
  const [isRunning, setRunning] = useState(false);
  const { value, again, isClosed } = useAnswer(
    'backups',
    async () => {
      const list = await callStation('backups');
      setRunning(list.some(({ state }) => state === 'running'));
      return list;
    },
    isRunning ? EVERY_MS.running : EVERY_MS.idle,
  );
  const { isSending, send } = useWish();
  const start = async (withScans: boolean) => {
    if (await send(() => callStation('startBackup', { body: { withScans, by: person.get() } }))) again();
  };
  return (
    <section className="panel backups" aria-label={t('tab.backup')}>
      {isClosed ? (
        <SignInFirst onSignIn={onSignIn} />
      ) : (
        <>
          <div className="panel-head">
            <p className="hint">
              {t('backup.hint')}
              {/* The kiosk saves no files: its disk is the one that the backup is for. */}
              {kioskBridge() && ` ${t('backup.elsewhere')}`}
            </p>
            <div className="panel-buttons">
              <SideButton icon="files" isDisabled={isSending || isRunning} onPress={() => void start(false)}>
                {t('backup.start')}
              </SideButton>
              <SideButton icon="scan" isDisabled={isSending || isRunning} onPress={() => void start(true)}>
                {t('backup.startWithScans')}
              </SideButton>
            </div>
          </div>
          {value?.length === 0 && <p className="empty">{t('backup.none')}</p>}
          <ul className="scroll rows-tight" tabIndex={0} aria-label={t('tab.backup')}>
            {value?.map((backup) => (
              <BackupRow key={backup.name} backup={backup} onGone={again} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function BackupRow({ backup, onGone }: { readonly backup: BackupView; readonly onGone: () => void }) {
  const { t } = useTranslation('system');
  const { formats, person } = usePage();
  const { isSending, send } = useWish();
  const [check, setCheck] = useState<BackupCheckView | null>(null);
  const when = formats.dayAndTime(new Date(backup.at));
  const params = { name: backup.name };
  const remove = async () => {
    if (await send(() => callStation('removeBackup', { params, body: { by: person.get() } }))) onGone();
  };
  return (
    <li className="backup-row" data-state={backup.state}>
      <span className="list-button-words">
        <span className="list-button-name">{t('backup.of', { when, by: backup.by ?? t('unknown') })}</span>
        <BackupNote backup={backup} check={check} />
      </span>
      {backup.state === 'done' && (
        <>
          <SideButton
            icon="tick"
            isDisabled={isSending}
            onPress={() => void send(() => callStation('checkBackup', { params })).then(setCheck)}
          >
            {t('backup.check')}
          </SideButton>
          {!kioskBridge() && (
            <a className="side-button" href={backupUrl(backup.name)} download>
              <Icon name="down" size={28} />
              <span>{t('backup.download')}</span>
            </a>
          )}
        </>
      )}
      {backup.state !== 'running' && (
        <Button
          className="icon-button"
          aria-label={t('backup.remove', { when })}
          isDisabled={isSending}
          onPress={() => void remove()}
        >
          <Icon name="erase" size={28} />
        </Button>
      )}
    </li>
  );
}

function BackupNote({ backup, check }: { readonly backup: BackupView; readonly check: BackupCheckView | null }) {
  const { t } = useTranslation('system');
  const { formats } = usePage();
  const errorText = useErrorText();
  const { state, doneCount, totalCount, jobCount, bytes, withScans, error } = backup;
  if (state === 'running')
    return (
      <span className="backup-progress">
        <progress aria-label={t('backup.running')} {...(totalCount > 0 ? { value: doneCount, max: totalCount } : {})} />
        <span className="list-button-note">
          {t('backup.progress', { done: doneCount, total: Math.max(doneCount, totalCount) })}
        </span>
      </span>
    );
  const words =
    state === 'failed'
      ? errorText(error?.code ?? '', {})
      : t(withScans ? 'backup.holdsScans' : 'backup.holds', { hides: jobCount ?? 0, size: formats.bytes(bytes ?? 0) });
  return (
    <>
      <span className="list-button-note">{words}</span>
      {check && (
        <span className="list-button-note" role="status">
          {check.isSound
            ? t('backup.sound', { files: check.fileCount })
            : t('backup.broken', { problem: check.problems[0] ?? '' })}
        </span>
      )}
    </>
  );
}

function backupUrl(name: string): string {
  return `${API_PREFIX}${FILE_ROUTES.backupFile.path.replace(':name', encodeURIComponent(name))}`;
}
