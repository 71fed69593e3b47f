/** Why the books did not do what they were asked, and what failures of effects mean. */
export const refusals = {
  'refusal.CUSTOMER_UNKNOWN': 'The books have no customer {{customer}}.',
  'refusal.ORDER_UNKNOWN': 'The books have no order {{order}}.',
  'refusal.ORDER_OF_ANOTHER': 'The order {{order}} is not one of customer {{customer}}.',
  'refusal.LINE_UNKNOWN': 'The order {{order}} has no line {{line}}.',
  'refusal.ORDERED_EXCEEDED': 'Of line {{line}}, {{asked}} were to leave, but only {{open}} of what was ordered are still open.',
  'refusal.STOCK_EXCEEDED': 'Of {{product}}, {{asked}} were to leave, but only {{open}} are in stock and free.',
  'refusal.OVER_LIMIT': 'The credit of the customer does not reach: it would come above the limit.',
  'refusal.RELEASE_UNKNOWN': 'These goods are not set aside any more, or have been booked out before.',
  'refusal.RELEASED_EXCEEDED': 'Of line {{line}}, {{asked}} are said to have left, but only {{open}} were released.',
  'refusal.RETURN_ABOVE_SHIPPED': 'Of line {{line}}, only {{most}} have been shipped and have not come back.',
  'refusal.UNKNOWN': 'The books did not say whether it was booked: look there first.',
  'failure.ACTIVITY_FAILED': 'The system failed and said no more than this: {{detail}}. Try again, or do it by hand.',
  'failure.READING_UNKNOWN': 'The worker has no system that tells {{detail}}: an operator must set it up; then answer "Try again".',
  'failure.INPUT_INVALID':
    'The system cannot take what the procedure asks of it ({{detail}}): an operator must look at it; until then it can only be done by hand.',
  'failure.CASE_NOT_STARTED': 'The other case could not be started ({{detail}}): start it by hand, and answer "Done by hand".',
  'failure.ORDER_UNKNOWN': 'There is no order {{detail}}: correct the number on the change, or cancel it.',
  'failure.PAPER_INVALID': 'The paper cannot be printed as it is ({{detail}}): correct what stands on it.',
};
