import { describe, expect, it } from 'vitest';
import { procedureFaults } from '../../scripts/lib/procedure-rule.js';

const head = "import type { Desk } from '../../domain/engine/procedure.js';\n// 单 comment with async, await, try and new Date()\n";

function faultsOf(body: string): string[] {
  return procedureFaults(head + body).map(({ line, what }) => `${line} ${what.split(':')[0]}`);
}

describe('rule R5 for procedures', () => {
  it('accepts a plain synchronous procedure, also one that only mentions what is forbidden', () => {
    const body = `
      const limits = { Date: 1, process: 2 } as const;
      export function intake(desk: Desk<{ Date: string }>, promised: Promise<string> | undefined): string {
        const answer = desk.ask('try', { shows: { Date: desk.subject.Date } });
        return \`async \${answer.data.process} \${Math.max(1, limits.Date)}\`;
      }`;
    expect(faultsOf(body)).toEqual([]);
  });

  it.each([
    ['export async function intake() {}', '3 async'],
    ['export function intake(desk) { return () => desk.ask(await 1); }', undefined],
    ['export const intake = async () => { await 1; };', '3 async'],
    ['export function* intake() { yield 1; }', '3 generator'],
    ['export function intake(desk) {\n try { desk.ask(1); } catch { return 1; }\n}', '4 try/catch'],
    ['export function intake() { return new Date(); }', '3 Date'],
    ['export function intake() { return Date.now(); }', '3 Date'],
    ['export function intake() { return Math.random(); }', '3 Math.random'],
    ["export function intake() { return Math['random'](); }", '3 Math.random'],
    ['export function intake() { return Promise.resolve(1); }', '3 Promise'],
    ['export function intake() { setTimeout(() => 1, 1); }', '3 timer'],
    ['export function intake() { console.info(1); }', '3 I/O'],
    ['let seen = 0;\nexport const intake = () => seen++;', '3 let at the top'],
    ['const seen = new Map();\nexport const intake = () => seen.size;', '3 new at the top'],
    ["import { readFileSync } from 'node:fs';", '3 import of node'],
    ["import { proxyActivities } from '@temporalio/workflow';", '3 import of @temporalio/workflow'],
    ["import { engine } from '../engine/runtime.js';", '3 import of ../engine/runtime.js'],
    ["export const intake = () => import('./other.js');", '3 import()'],
  ])('finds the violation in %s', (body, expected) => {
    if (expected === undefined) expect(() => faultsOf(body)).toThrow();
    else expect(faultsOf(body)).toContain(expected);
  });
});
