import { appendFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

/** Stands in for a model that never opens: it says nothing. While it lives it counts into the note whose place comes as the
 *  model's bytes. */
const note = new TextDecoder().decode((workerData as { twice: { model: Uint8Array } }).twice.model);
setInterval(() => {
  if (note.startsWith('/')) appendFileSync(note, '.');
}, 20);
