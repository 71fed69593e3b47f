import { queryOptions } from '@tanstack/react-query';
import { ask } from '../api/client.js';

/** How many notices are not read yet. */
export const unreadQuery = queryOptions({
  queryKey: ['notices', 'unread'],
  queryFn: async ({ signal }) => {
    const { unread } = await ask('GET /api/v1/notices', { query: { limit: 1, unread: 'true' }, signal });
    return { unread };
  },
});
