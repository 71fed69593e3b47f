/**
 * Tells on stderr how the preparation is getting on, so that stdout stays free for results. On a terminal a running step shows its seconds;
 * elsewhere each step is one plain line. Quiet says nothing unless a step takes more than two seconds.
 * @param {{ quiet: boolean }} options
 * @returns {(text: string, work: () => Promise<void>) => Promise<void>}
 */
export function progressTeller({ quiet }) {
  const terminal = process.stderr.isTTY === true;
  return async (text, work) => {
    const since = Date.now();
    let told = false;
    const tell = () => {
      const seconds = Math.round((Date.now() - since) / 1000);
      if (terminal) process.stderr.write(`\r${text} … ${seconds} s `);
      else if (!told) process.stderr.write(`${text} …\n`);
      told = true;
    };
    const first = setTimeout(tell, quiet ? 2000 : 0);
    const ticking = setInterval(() => (told || !quiet) && terminal && tell(), 1000);
    try {
      await work();
    } finally {
      clearTimeout(first);
      clearInterval(ticking);
      if (told && terminal) process.stderr.write('\n');
    }
  };
}
