/** A closed case that is opened again. */
export const reopening = {
  'verb.reopen': '重新打开',
  'timeline.case-reopened': '{{by}} 重新打开了流程单：{{reason}}',
  'timeline.case-reopened.for': '{{by}} 代 {{actingFor}} 重新打开了流程单：{{reason}}',
  'explain.cause.closed': '流程单当时已办结',
  'problem.CASE_OPEN': '流程单未办结，无需重新打开。',
  'problem.CASE_OPEN.by': '流程单正在办理：{{by}} 已于 {{at}} 重新打开。',
  'problem.CASE_STATE_GONE': '流程单办结已久，当时的状态不再保留，不能重新打开：请新建流程单。',
  'problem.REOPEN_IN_VAIN': '没有需要重新办理的内容，流程单会立即照原样结束：请指定其他环节。',
  'problem.REOPEN_NOT_PROVIDED': '本流程的规则不允许重新打开已办结的流程单。',
  'problem.REOPEN_TARGET_UNKNOWN': '不能在该处重新打开：请指定已经过的环节，可选：{{allowed}}。',
  'problem.REOPEN_TOO_LATE': '流程单只能在 {{until}} 之前重新打开。',
  'cli.case-reopen': '重新打开已办结的流程单',
};
