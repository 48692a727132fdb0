// Vitest loads this before the rooms' tests: every property draws from one seed, that of the commit under test. Each commit
// tries other cases, and a property that fails on a commit fails again when it is run again (decision 0043).
import fc from 'fast-check';
import { commitSeed } from './commit-seed.ts';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: commitSeed(0) });
