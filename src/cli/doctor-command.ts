import type { Command } from 'commander';
import { runs, textOption } from './command.ts';
import { registerPlc } from './doctor-plc-command.ts';
import { EXIT } from './exit-code.ts';

export function register(program: Command): void {
  const command = program
    .command('doctor')
    .description('what this machine has, what is missing, and what to do about it')
    .option('--model <pack>', 'model pack to try', 'leather-base')
    .option('--mqtt <url>', 'a broker to reach');
  // Options after `plc` are its own, though some have the same name; commands take this over from the program.
  program.enablePositionalOptions();
  registerPlc(command);
  runs(command, async ({ terminal, signal }, _args, options) => {
    // Loaded for this alone: `kerf doctor plc` needs no model runtime.
    const { lookAtMachine } = await import('./look-at-machine.ts');
    const findings = await lookAtMachine({
      model: textOption(options, 'model') ?? 'leather-base',
      brokerUrl: textOption(options, 'mqtt'),
      signal,
    });
    terminal.table(
      findings.map((f) => [f.state.padEnd(6), f.part, f.remedy === '' ? f.found : `${f.found} → ${f.remedy}`]),
    );
    terminal.document({ findings });
    return findings.some((f) => f.state === 'wrong') ? EXIT.device : EXIT.done;
  });
}
