import { useLayoutEffect, useRef, type RefObject } from 'react';

/** Sizes of text, the largest first: 0 as the style has it, then two smaller ones. */
const SIZES = ['0', '1', '2'] as const;

/** Puts the largest size at which an element's content does not run out of it into its `data-size`: sentences of seven
 *  languages and of any alarm take one place. */
export function useFittingText<T extends HTMLElement>(): RefObject<T | null> {
  const place = useRef<T>(null);
  // After each render: what is said may have changed.
  useLayoutEffect(() => {
    if (place.current) fit(place.current);
  });
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const sizes = new ResizeObserver(() => fit(element));
    sizes.observe(element);
    // A language's own letters come later and are wider or narrower.
    const refit = () => fit(element);
    document.fonts.addEventListener('loadingdone', refit);
    return () => {
      sizes.disconnect();
      document.fonts.removeEventListener('loadingdone', refit);
    };
  }, []);
  return place;
}

function fit(element: HTMLElement): void {
  for (const size of SIZES) {
    element.dataset['size'] = size;
    if (element.scrollHeight <= element.clientHeight) return;
  }
}
