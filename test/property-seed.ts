// Vitest loads this before the rooms' tests: every property draws from one seed, that of the commit under test. Each commit
// tries other cases, and a property that fails on a commit fails again when it is run again (decision 0043). KERF_SEED=5 takes
// another, to look for what a later commit would meet.
import fc from 'fast-check';
import { commitSeed } from './commit-seed.ts';

const asked = Number(process.env['KERF_SEED'] ?? NaN);
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number.isInteger(asked) ? asked : commitSeed(0) });
