/**
 * The import column of docs/architecture.md as one rule of the linter (an oxlint JS plugin). It looks only at file names and import
 * specifiers, so it needs no type information and its fixtures can be plain text with made-up paths.
 */

/** All that the station joins. */
const BELOW_STATION = [
  'domain',
  'api',
  'geometry',
  'disk',
  'acquire',
  'inspect',
  'orders',
  'synth',
  'nest',
  'cut',
  'store',
  'publish',
  'tune',
  'ledger',
];

/** What each room may import. `self` is always allowed, by relative path. */
export const ROOMS = {
  domain: { rooms: [], packages: ['zod'] },
  api: { rooms: ['domain'], packages: ['zod'] },
  geometry: { rooms: ['domain'] },
  disk: { rooms: [] },
  acquire: { rooms: ['domain', 'geometry'] },
  inspect: { rooms: ['domain', 'geometry'] },
  orders: { rooms: ['domain', 'geometry'] },
  synth: { rooms: ['domain', 'geometry', 'disk'] },
  nest: { rooms: ['domain', 'geometry'] },
  cut: { rooms: ['domain', 'geometry', 'disk'] },
  store: { rooms: ['domain', 'disk'] },
  publish: { rooms: ['domain'] },
  tune: { rooms: ['domain', 'geometry', 'disk', 'inspect', 'nest', 'synth'] },
  ledger: { rooms: ['domain', 'geometry'] },
  station: { rooms: BELOW_STATION },
  ui: { rooms: ['domain', 'geometry', 'api'] },
  cli: { rooms: [...BELOW_STATION, 'station'] },
};

/** Rooms whose plain files are libraries: no clock, no chance, no environment. */
const LIBRARIES = new Set([
  'domain',
  'api',
  'geometry',
  'inspect',
  'nest',
  'cut',
  'ledger',
  'tune',
  'orders',
  'synth',
  'acquire',
]);
const SHELLS = new Set(['cli', 'ui']);
const BANNED_MEMBERS = new Set(['Math.random', 'Date.now', 'performance.now', 'process.env']);

function placeOf(filename) {
  const path = filename.replaceAll('\\', '/');
  const at = path.lastIndexOf('/src/');
  if (at < 0) return path.includes('/electron/') ? { room: 'electron', file: path } : null;
  const inside = path.slice(at + 5);
  const room = inside.split('/')[0];
  return { room, file: inside };
}

/** Joins a relative import to the importing file, inside src/. */
function resolveInside(file, specifier) {
  const parts = file.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}

const rule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const place = placeOf(context.filename);
    if (!place || place.file.endsWith('.d.ts')) return {};
    const { room, file } = place;
    const say = (node, text) =>
      context.report({ node, message: `${text} (see docs/architecture.md and docs/style.md)` });
    if (room !== 'electron' && !Object.hasOwn(ROOMS, room)) {
      return { Program: (node) => say(node, `"${room}" is no room. Rooms: ${Object.keys(ROOMS).join(', ')}`) };
    }
    const isNode = /\.node\.ts$/.test(file) || /\.bench\.ts$/.test(file) || room === 'cli' || room === 'electron';

    function check(node, specifier) {
      if (room === 'electron') {
        if (specifier.startsWith('#') && !specifier.startsWith('#api/'))
          say(node, `electron may import #api only, not "${specifier}"`);
        if (/^\.\.?\/.*src\//.test(specifier) && !/src\/api\//.test(specifier))
          say(node, `electron may import api only, not "${specifier}"`);
        return;
      }
      if (specifier.startsWith('#')) {
        const target = specifier.slice(1).split('/')[0];
        if (target === room) say(node, `within a room imports are relative, not "${specifier}"`);
        else if (!ROOMS[room].rooms.includes(target))
          say(
            node,
            `${room} may import ${ROOMS[room].rooms.map((r) => `#${r}`).join(', ') || 'no room'}, not "${specifier}"`,
          );
        if (!isNode && specifier.endsWith('.node.ts'))
          say(node, `a plain file takes a port as an argument instead of "${specifier}"`);
      } else if (specifier.startsWith('.')) {
        const target = resolveInside(file, specifier);
        if (target.split('/')[0] !== room) {
          const isNative = /^(\.\.\/)*native\//.test(target) || /(^|\/)native\//.test(specifier);
          if (!(isNative && room === 'nest' && file.endsWith('native-solver.node.ts')))
            say(node, `"${specifier}" leaves the room ${room}: import as #room/file.ts`);
        }
        if (!isNode && specifier.endsWith('.node.ts'))
          say(node, `a plain file takes a port as an argument instead of "${specifier}"`);
      } else {
        const bare = specifier.replace(/^node:/, '');
        if (specifier.startsWith('node:') && !isNode)
          say(node, `a plain file must not touch Node ("${bare}"): name it *.node.ts`);
        const packages = ROOMS[room].packages;
        if (packages && !specifier.startsWith('node:') && !packages.includes(specifier.split('/')[0]))
          say(node, `${room} may import ${packages.join(', ')}, not "${specifier}"`);
      }
    }

    return {
      ImportDeclaration: (node) => check(node, node.source.value),
      ExportAllDeclaration: (node) => check(node, node.source.value),
      ExportNamedDeclaration: (node) => node.source && check(node, node.source.value),
      ImportExpression: (node) => typeof node.source.value === 'string' && check(node, node.source.value),
      MemberExpression(node) {
        if (!LIBRARIES.has(room) || isNode || node.computed) return;
        const name = `${node.object.name}.${node.property.name}`;
        if (BANNED_MEMBERS.has(name)) say(node, `a library takes clock and chance as arguments, not ${name}`);
      },
      NewExpression(node) {
        if (
          LIBRARIES.has(room) &&
          !isNode &&
          !SHELLS.has(room) &&
          node.callee.name === 'Date' &&
          node.arguments.length === 0
        )
          say(node, 'a library takes the clock as an argument, not new Date()');
      },
    };
  },
};

export default { meta: { name: 'architecture' }, rules: { imports: rule } };
