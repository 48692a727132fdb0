import { useEffect, useState } from 'react';
import { usePage } from '../page-context.ts';

/** The time of day in a header. */
export function Clock() {
  const { formats } = usePage();
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time className="clock" dateTime={now.toISOString()}>
      {formats.timeOfDay(now)}
    </time>
  );
}
