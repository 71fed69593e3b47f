/** The migrated, otherwise empty database that test databases are copied from. */
export const templateDatabase = 'gendan_template';
