import { type Answer, ask, NoConnection } from '../api/client.js';
import type { Schemas } from '../api/types.js';

export type TaskCommand = Omit<Schemas['TaskCommand'], 'rev'>;
export type CommandAnswer = Answer<'POST /api/v1/tasks/{taskId}/commands'>;

/** One decision under one key: however often it is sent, it is made once. */
export const commandTask = (
  task: { readonly id: string; readonly rev: number },
  command: TaskCommand,
  key: string,
): Promise<CommandAnswer> =>
  ask('POST /api/v1/tasks/{taskId}/commands', { params: { taskId: task.id }, body: { ...command, rev: task.rev }, key });

const againMs = 2_000;

/**
 * Sends a decision until the API has answered it. A lost answer says nothing about what was decided, so the same decision is sent again
 * under its key; `onWaiting` is told.
 */
export async function decide(
  task: { readonly id: string; readonly rev: number },
  command: TaskCommand,
  { key, onWaiting, signal }: { readonly key: string; readonly onWaiting: () => void; readonly signal: AbortSignal },
): Promise<CommandAnswer> {
  for (;;) {
    try {
      return await commandTask(task, command, key);
    } catch (error) {
      if (!(error instanceof NoConnection) || signal.aborted) throw error;
      onWaiting();
      await new Promise((resolve) => setTimeout(resolve, againMs));
      if (signal.aborted) throw error;
    }
  }
}
