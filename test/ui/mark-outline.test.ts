import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { MarkOutline } from '../../src/ui/views/mark-outline.tsx';

/** Amber means "decide": what is settled wears none of it. */

function strokesOf(isDoubtful: boolean): readonly string[] {
  const html = renderToStaticMarkup(createElement(MarkOutline, { path: 'M0 0L1 0L1 1Z', line: 0.5, isDoubtful }));
  return [...html.matchAll(/<path[^>]* stroke="([^"]*)"/g)].map(([, stroke = '']) => stroke);
}

it('outlines a mark in amber while it is doubtful, in ink on white once it is settled', () => {
  expect(strokesOf(true)).toEqual(['#14181b', '#ffb000']);
  expect(strokesOf(false)).toEqual(['#ffffff', '#14181b']);
});
