import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSources } from '../policies/load.js';
import { type Implemented, policyTypes, registries } from '../policies/types.js';

/**
 * Writes what follows from the policies: the types of each company's procedures (`workflows/<company>/policy.ts`) and the list of all procedures.
 * `--check` fails where a file is not current instead.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const { companies, errors: general } = await loadSources(join(root, 'policies'));
const errors = [...general, ...companies.flatMap((one) => one.errors)];
const check = process.argv.includes('--check');

function formatted(text: string, file: string): string {
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const { status, stdout, stderr } = spawnSync(biome, ['format', `--stdin-file-path=${file}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${file} could not be formatted: ${stderr}`);
  return stdout;
}

/** The one function that a procedure's file exports; its helpers stand in other files or are its own. */
function exportedBy(file: string): string {
  const found = existsSync(join(root, file))
    ? [...readFileSync(join(root, file), 'utf8').matchAll(/^export (?:function|const) (\w+)/gm)].map(([, name]) => name ?? '')
    : [];
  const [only] = found;
  if (only === undefined || found.length > 1) errors.push(`${file}: ${found.length} exported functions; allowed: one, the procedure's`);
  return only ?? '';
}

const implemented: Implemented[] = [];
const written: Record<string, string> = {};
for (const { company, procedures } of companies) {
  if (company === undefined) continue;
  const { company: id, roles } = company.value;
  written[`workflows/${id}/policy.ts`] = policyTypes(id, Object.keys(roles), procedures);
  for (const { value } of procedures)
    implemented.push({ company: id, policy: value, exported: exportedBy(`workflows/${id}/${value.procedure}.ts`) });
}
const { procedures, index } = registries(implemented);
Object.assign(written, { 'workflows/procedures.ts': procedures, 'workflows/index.ts': index });
if (errors.length === 0)
  for (const [file, text] of Object.entries(written)) {
    const wanted = formatted(text, file);
    if (existsSync(join(root, file)) && readFileSync(join(root, file), 'utf8') === wanted) continue;
    if (check) errors.push(`${file}: not current; allowed: what "npm run generate" writes`);
    else writeFileSync(join(root, file), wanted);
  }
for (const error of errors) console.log(error);
console.log(`${Object.keys(written).length} generated files, ${errors.length} errors`);
process.exitCode = errors.length === 0 ? 0 : 1;
