const needed = [20, 19];

/** Ends the program with one sentence when this Node.js is too old. Must itself run on old ones: no newer syntax here. */
export function requireNode() {
  const found = process.versions.node.split('.').map(Number);
  if (found[0] > needed[0] || (found[0] === needed[0] && found[1] >= needed[1])) return;
  process.stderr.write(
    'Node.js ' + process.versions.node + ' is too old: install Node.js ' + needed.join('.') + ' or newer and start again.\n',
  );
  process.exit(1);
}
