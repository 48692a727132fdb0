import './table.css';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { TableView } from '#api/table-routes.ts';
import { EngineerFrame } from '../engineer/engineer-frame.tsx';
import { callStation } from '../link/station-client.ts';
import { useAnswer, useWish } from '../link/use-answer.ts';
import { usePage } from '../page-context.ts';
import { Icon, type IconName } from '../views/icons.tsx';
import { TableSetting } from './table-setting.tsx';

/** Where an engineer tells the camera where the table lies: by its four corners, in a picture of the camera. */
export function TablePage() {
  const { t } = useTranslation('table');
  const { value: table, again } = useAnswer('table', () => callStation('table'));
  return (
    <EngineerFrame title={t('title')} note={table ? <Standing table={table} /> : undefined}>
      {table?.picture ? (
        <TableSetting
          // Another picture, or what was kept: a new start.
          key={`${table.picture.takenAt} ${table.corners?.setAt ?? ''}`}
          table={table}
          picture={table.picture}
          onChanged={again}
          actions={<TableActions table={table} onChanged={again} />}
        />
      ) : (
        <section className="panel" aria-label={t('title')}>
          <p className="empty">{table ? t('noPicture') : t('engineer:loading')}</p>
          {table && <TableActions table={table} onChanged={again} />}
        </section>
      )}
    </EngineerFrame>
  );
}

/** By what the next scan is straightened. */
function Standing({ table: { corners } }: { readonly table: TableView }) {
  const { t } = useTranslation('table');
  const { formats } = usePage();
  if (corners === null) return t('byCalibration');
  return t('byCorners', { name: corners.setBy, at: formats.dayAndTime(new Date(corners.setAt)) });
}

interface TableActionsProps {
  readonly table: TableView;
  readonly onChanged: () => void;
}

/** What is not about single corners. */
function TableActions({ table, onChanged }: TableActionsProps) {
  const { t } = useTranslation('table');
  const { person } = usePage();
  const { isSending, send } = useWish();
  const [isTaking, setTaking] = useState(false);
  const wish = (route: 'takeTablePicture' | 'takeBackTable' | 'forgetTable') => async () => {
    setTaking(route === 'takeTablePicture');
    const table = await send(() => callStation(route, { body: { by: person.get() } }));
    setTaking(false);
    if (table) onChanged();
  };
  // Where the station does not answer, the taking itself says so.
  const giveUp = () => void callStation('endTablePicture').catch(() => undefined);
  const action = (icon: IconName, words: string, onPress: () => void, isPossible = true) => (
    <Button className="side-button" isDisabled={isSending || !isPossible} onPress={onPress}>
      <Icon name={icon} size={28} />
      <span>{words}</span>
    </Button>
  );
  return (
    <div className="panel-foot">
      {isTaking ? (
        <Button className="side-button" onPress={giveUp}>
          <Icon name="cross" size={28} />
          <span>{t('giveUp')}</span>
        </Button>
      ) : (
        action('scan', t(table.picture ? 'newPicture' : 'takePicture'), () => void wish('takeTablePicture')())
      )}
      {action('history', t('takeBack'), () => void wish('takeBackTable')(), table.hasBefore)}
      {action('tag', t('forget'), () => void wish('forgetTable')(), table.corners !== null)}
    </div>
  );
}
