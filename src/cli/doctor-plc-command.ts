import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { KerfError } from '#domain/kerf-error.ts';
import { DEFAULT_SETTINGS, type Settings } from '#domain/settings.ts';
import { examinePlc, type AskPerson } from '#publish/examine-plc.node.ts';
import type { MqttDoor } from '#publish/mqtt-session.node.ts';
import { dayLines, recordDay, replayDay } from '#publish/recorded-day.node.ts';
import { SimulatedPlc } from '#publish/simulated-plc.node.ts';
import { BROKER_ROLES, mosquittoAcl, topicRules, type BrokerRole } from '#publish/topic-rules.ts';
import { openBroker } from '#station/open-broker.node.ts';
import { openPlcDoors, type PlcDoors } from '#station/open-plc-doors.node.ts';
import { keptSettings } from '#station/settings-file.node.ts';
import { SYSTEM_RANDOM, SYSTEM_TIMERS } from '#station/system.node.ts';
import { nameOption, numberOption, runs, textOption, type Shell } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { EXIT } from './exit-code.ts';
import { readMachine } from './read-document.ts';

interface Place {
  readonly settings: Settings;
  readonly shareDir: string;
  readonly dataDir: string;
  /** `--mqtt`, or the settings' broker; null: the embedded one. */
  readonly url: string | null;
}

/** `kerf doctor plc`: the other side of the handshake, looked at, played, recorded. */
export function registerPlc(doctor: Command): void {
  const command = doctor
    .command('plc')
    .description('walk through the handshake with the PLC and say what is wrong')
    .option('--data <dir>', 'settings.json with site, station and login; default $XDG_DATA_HOME/kerf')
    .option('--mqtt <url>', 'the broker; default: that of settings.json, else one opened as a station would')
    .option('--share <dir>', "where the PLC reads cut files; default: that of the machine's profile")
    .option('--by <name>', 'the person who lets the PLC take jobs without a contour; needed to examine it')
    .option('--simulate', 'be the PLC instead, until Ctrl-C')
    .option('--acl', "print Mosquitto's ACL file for this station")
    .option('--users <list>', 'names in that file: station=kerf,plc=cutter,observer=mes …')
    .option('--record <file>', 'write every message of the station and its PLC to a file, until Ctrl-C')
    .option('--replay <file>', 'say the messages of a recorded day again')
    .option('--speed <number>', 'of a replay; default 1: as it was');
  runs(command, async (shell, _args, options) => {
    const place = await placeOf(options);
    const { settings } = place;
    if (options['acl'] === true) {
      const rules = topicRules(settings.site, settings.station);
      const acl = mosquittoAcl(rules, usersOf(textOption(options, 'users') ?? 'station=kerf,plc=plc'));
      shell.terminal.say(acl.trimEnd());
      shell.terminal.document({ acl });
      return EXIT.done;
    }
    if (options['simulate'] === true) return simulate(shell, place);
    const record = textOption(options, 'record');
    if (record !== undefined) return recordTo(shell, place, resolve(record));
    const replay = textOption(options, 'replay');
    if (replay !== undefined)
      return replayFrom(shell, place, resolve(replay), numberOption(options, 'speed', { above: 0 }) ?? 1);
    return examine(shell, place, nameOption(options, 'by'));
  });
}

async function placeOf(options: Record<string, unknown>): Promise<Place> {
  const dataDir = dataFolder(textOption(options, 'data'));
  // Who looks at a PLC leaves no data folder behind.
  const settings = (await keptSettings(dataDir)) ?? DEFAULT_SETTINGS;
  const share = textOption(options, 'share') ?? (await readMachine(settings.machine)).send.address;
  return {
    settings,
    dataDir,
    shareDir: isAbsolute(share) ? share : textOption(options, 'share') ? resolve(share) : join(dataDir, share),
    url: textOption(options, 'mqtt') ?? settings.mqtt.url,
  };
}

/** @throws KerfError CLI_BAD_OPTION */
function usersOf(text: string): Partial<Record<BrokerRole, string[]>> {
  const users: Partial<Record<BrokerRole, string[]>> = {};
  for (const pair of text.split(',')) {
    const [role, name] = pair.split('=').map((part) => part.trim());
    const known = BROKER_ROLES.find((one) => one === role);
    if (!known || !name || /\s/.test(name))
      throw new KerfError(
        'CLI_BAD_OPTION',
        `--users: found ${JSON.stringify(pair)}, expected ROLE=NAME with ROLE one of ${BROKER_ROLES.join(', ')}.`,
      );
    (users[known] ??= []).push(name);
  }
  return users;
}

/** Beside a running station: its broker, wherever that is. */
async function besideStation({ settings, dataDir, url }: Place): Promise<MqttDoor> {
  const own = `mqtt://127.0.0.1:${settings.mqtt.embeddedPort}`;
  const broker = await openBroker({ settings, url: url ?? own, dataDir, environment: process.env });
  return broker.plc;
}

async function examine({ terminal, signal }: Shell, place: Place, by: string | undefined): Promise<number> {
  if (by === undefined)
    throw new KerfError(
      'CLI_DOCTOR_NEEDS_PERSON',
      'doctor plc releases jobs to the PLC, with a drawing without contours; the machine may still move. A person answers for that: see that nobody is in its reach, and give --by NAME.',
    );
  const { settings, dataDir, url, shareDir } = place;
  const broker = await openBroker({ settings, url, dataDir, environment: process.env });
  const onError = (cause: unknown) =>
    terminal.note(`broker: ${cause instanceof Error ? cause.message : String(cause)}`);
  let doors: PlcDoors | null = null;
  try {
    // A PLC by Modbus or OPC UA comes in by the door that the station would open.
    doors = await openPlcDoors({
      ...{ settings, broker: broker.plc, dataDir, environment: process.env },
      ...{ timers: SYSTEM_TIMERS, random: SYSTEM_RANDOM, onError: (_door, cause) => onError(cause) },
    });
    terminal.note(
      [
        `broker ${broker.embedded ? `of our own, port ${broker.embedded.port}` : (url ?? '')}`,
        ...(doors.modbus ? [`Modbus port ${doors.modbus.port}`] : []),
        ...(doors.opcua ? [`OPC UA port ${doors.opcua.port}`] : []),
        `share ${shareDir}`,
      ].join('; '),
    );
    const findings = await examinePlc({
      ...broker.station,
      ...{ site: settings.site, station: settings.station, shareDir, by, signal },
      timers: SYSTEM_TIMERS,
      nowMs: () => Date.now(),
      random: SYSTEM_RANDOM,
      onError,
      ask: askAtTerminal(signal),
      onFinding: ({ part, state, found, remedy }) =>
        terminal.say(`${state.padEnd(7)} ${part}: ${remedy === '' ? found : `${found} → ${remedy}`}`),
    });
    terminal.document({ findings });
    return findings.some((finding) => finding.state === 'wrong') ? EXIT.no : EXIT.done;
  } finally {
    await doors?.close();
    await broker.embedded?.close();
  }
}

/** Asks who stands at the cabinet; where nobody is at the terminal, the part is left out. */
function askAtTerminal(signal: AbortSignal): AskPerson {
  const what = {
    'power off and on': 'Switch the PLC off, wait until it is dark, switch it on again',
    manual: 'Set the cutter to manual',
    auto: 'Set the cutter back to automatic',
  };
  return async (act) => {
    if (process.stdin.isTTY !== true) return false;
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = await lines.question(`${what[act]}. Enter when it is done (or begun); s leaves it out: `, {
        signal,
      });
      return answer.trim().toLowerCase() !== 's';
    } finally {
      lines.close();
    }
  };
}

async function simulate({ terminal, signal }: Shell, place: Place): Promise<number> {
  const { settings, shareDir } = place;
  const door = await besideStation(place);
  const plc = new SimulatedPlc({
    ...door,
    ...{ site: settings.site, station: settings.station, shareDir },
    timers: SYSTEM_TIMERS,
    random: SYSTEM_RANDOM,
    cutMs: 10_000,
    onError: (cause) => terminal.note(`broker: ${cause instanceof Error ? cause.message : String(cause)}`),
  });
  try {
    terminal.say(`a PLC on ${door.url} for ${settings.site}/${settings.station}, share ${shareDir}. Ctrl-C ends it.`);
    await untilStopped(signal);
    terminal.document({ jobs: plc.memory });
    return EXIT.done;
  } finally {
    await plc.close();
  }
}

async function recordTo({ terminal, signal }: Shell, place: Place, file: string): Promise<number> {
  const { site, station } = place.settings;
  const door = await besideStation(place);
  const count = await recordDay({ door, site, station, file, signal, nowMs: () => performance.now() });
  terminal.say(`${count} messages in ${file}`);
  terminal.document({ file, count });
  return EXIT.done;
}

async function replayFrom({ terminal, signal }: Shell, place: Place, file: string, speed: number): Promise<number> {
  const { site, station } = place.settings;
  const lines = dayLines(await readFile(file, 'utf8'), file);
  const door = await besideStation(place);
  const { count } = await replayDay({ door, site, station, lines, speed, signal, timers: SYSTEM_TIMERS });
  terminal.say(`${count} messages said again`);
  terminal.document({ count });
  return EXIT.done;
}

function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => done(), { once: true });
  });
}
