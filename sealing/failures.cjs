const { DefaultFailureConverter } = require('@temporalio/common');

/** What an activity failed with may speak of people and prices: its words are sealed too. Temporal's worker asks for this by path, and can load CommonJS only. */
exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
