/** Refusals of documentation parts and versions whose AWS wording we do not know (see chosen-refusals.ts). */
import type { Problem } from '../../base/problem.ts';
import type { DocumentationLocation } from '../../definition/documentation.ts';
import { badRequest, conflict, limitExceeded, notFound } from './errors.ts';

export const noSuchDocumentationPart = (): Problem => notFound('Invalid Documentation part identifier specified');
export const noSuchDocumentationVersion = (): Problem => notFound('Invalid Documentation version identifier specified');
/** `Documentation part already exists for the specified location: type 'METHOD', path '/pets', method 'GET'.` */
export function partExists(location: DocumentationLocation): Problem {
  const members = Object.entries(location).map(([name, value]) => `${name} '${value}'`);
  return conflict(`Documentation part already exists for the specified location: ${members.join(', ')}.`);
}
export const invalidProperties = (): Problem => badRequest('Documentation part properties must be a JSON object');
export const tooManyParts = (): Problem => limitExceeded('Documentation Parts', 'API');
export const versionExists = (version: string): Problem => conflict(`Version ${version} already exists`);
export const versionIsPublished = (version: string, stage: string): Problem =>
  badRequest(`Documentation version ${version} is associated with stage ${stage} and cannot be deleted`);
