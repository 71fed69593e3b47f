import type { CompanyPolicy } from '../policy/policy.js';
import type { JsonObject } from './json.js';

/** The sites of a company, and the one of cases that name none. */
export interface Sites {
  readonly default?: string;
}

/** The part of a setting that a company's sites are; nothing where it has none. */
export function sitesOf({ sites, defaultSite }: CompanyPolicy): { readonly sites?: Sites } {
  return sites === undefined ? {} : { sites: defaultSite === undefined ? {} : { default: defaultSite } };
}

/** The site of a case: what its subject names, or the company's own for cases that name none. Nothing where the company has no sites. */
export function siteOf(sites: Sites | undefined, { site }: JsonObject): { readonly site?: string } {
  if (sites === undefined) return {};
  const at = typeof site === 'string' ? site : sites.default;
  return at === undefined ? {} : { site: at };
}
