import { z } from 'zod';

// The station's content policy forbids code made of text, which zod tries for speed where a schema is made. So this
// module is imported before any schema.
z.config({ jitless: true });
