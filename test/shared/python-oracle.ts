import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ORACLES = { name: 'kerf-venv', packages: ['shapely==2.1.2', 'ezdxf==1.4.5'] };
const PROTOCOLS = { name: 'kerf-venv-plc', packages: ['pymodbus==3.16.1', 'asyncua==2.1.0'] };
const PRINTER = { name: 'kerf-venv-pdf', packages: ['pypdfium2==5.15.2', 'pillow==12.0.0'] };
const run = promisify(execFile);

/** The interpreter of a virtual environment with shapely and ezdxf, made on first use and kept under
 *  node_modules/.cache; null (one line says so) where KERF_SKIP names "python". Test files run side by side, so whoever
 *  makes the folder `making` first installs and the others wait. */
export function pythonOracle(): Promise<string | null> {
  return pythonWith(ORACLES);
}

/** The same with pymodbus and asyncua. */
export function pythonProtocols(): Promise<string | null> {
  return pythonWith(PROTOCOLS);
}

/** The same with pypdfium2: what another program makes of a PDF. */
export function pythonPrinter(): Promise<string | null> {
  return pythonWith(PRINTER);
}

async function pythonWith({ name, packages }: { name: string; packages: string[] }): Promise<string | null> {
  if ((process.env['KERF_SKIP'] ?? '').split(',').includes('python')) {
    console.log(`KERF_SKIP names python: tests against ${packages.join(', ')} are left out`);
    return null;
  }
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
  const cache = resolve(root, 'node_modules/.cache');
  const venv = resolve(cache, name);
  const python = resolve(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const ready = resolve(venv, `ready ${packages.join(' ')}`);
  const making = resolve(cache, `${name}.making`);
  await mkdir(cache, { recursive: true });
  for (;;) {
    if (existsSync(ready)) return python;
    try {
      await mkdir(making);
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const made = await stat(making).catch(() => null);
      if (made && Date.now() - made.mtimeMs > 180_000) await rm(making, { recursive: true, force: true });
      await sleep(200);
    }
  }
  try {
    if (existsSync(ready)) return python;
    await run('python3', ['-m', 'venv', '--clear', venv]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
    await writeFile(ready, '');
    return python;
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n').find((line) => line.trim() !== '') ?? '') : '';
    throw new Error(
      `tests need python3 with venv and pip (apt-get install -y python3 python3-venv, or KERF_SKIP=python): ${reason}`,
      { cause },
    );
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** Runs a script given as text; `input` goes to its stdin. Resolves with exit code and output, whatever the code. */
export function runPython(
  python: string,
  args: readonly string[],
  input = '',
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((done, fail) => {
    const child = spawn(python, args, { stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
    child.stdin.end(input);
  });
}
