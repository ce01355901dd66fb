/**
 * What Parameter Store's operations refuse. The wordings are those users report from AWS; where none is known (a selector's, a label's, those of what is not
 * here) they are chosen.
 */
import { Problem } from '../../base/problem.ts';

const invalid = (message: string): Problem => new Problem('ValidationException', message);

export const noSuchParameter = (name: string): Problem =>
  new Problem('ParameterNotFound', '', { why: `there is no parameter ${name}` });
export const noSuchVersion = (name: string, version: number): Problem =>
  new Problem(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  );
export const noSuchLabel = (name: string, label: string): Problem =>
  new Problem(
    'ParameterVersionNotFound',
    `Systems Manager could not find label ${label} for parameter ${name}. Verify the label and try again.`,
  );
export const alreadyThere = (): Problem =>
  new Problem(
    'ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  );
export const tagsWithOverwrite = (): Problem =>
  invalid(
    "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. " +
      'To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.',
  );
export const noType = (): Problem => invalid('A parameter type is required when you create a parameter.');
export const typeChanges = (): Problem =>
  new Problem(
    'HierarchyTypeMismatchException',
    "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type " +
      'to a SecureString type. You must create a new, unique parameter.',
  );
export const emptyValue = (): Problem =>
  invalid(
    "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
  );
export const tooLongForStandard = (): Problem =>
  invalid(
    'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter ' +
      'to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html',
  );
export const tooLongForAdvanced = (): Problem =>
  invalid('Advanced tier parameters support a maximum parameter value of 8192 characters.');
export const patternMismatch = (pattern: string): Problem =>
  new Problem(
    'ParameterPatternMismatchException',
    `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
  );
export const badPattern = (pattern: string): Problem =>
  new Problem('InvalidAllowedPatternException', `The allowedPattern ${pattern} is not a valid regular expression.`);
export const keyOfPlainParameter = (): Problem => invalid('KeyId is required for SecureString type parameter only.');
export const badDataType = (dataType: string): Problem =>
  invalid(`The following data type is not supported: ${dataType} (Data type names are all lowercase.)`);
export const tierGoesDown = (): Problem =>
  invalid(
    "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. " +
      'If necessary, you can delete the advanced parameter and recreate it as a standard parameter.',
  );
export const oldestIsLabelled = (name: string, version: number): Problem =>
  new Problem(
    'ParameterMaxVersionLimitExceeded',
    `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${version}, the oldest version, ` +
      "can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.",
  );
export const notVerifiable = (what: string): Problem =>
  new Problem('NotImplementedException', `${what} cannot be checked by Gatewright and is refused.`);

export const notQualified = (): Problem => invalid('Parameter name must be a fully qualified name.');
export const badName = (): Problem =>
  invalid(
    'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; ' +
      'each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
  );
export const reservedName = (name: string): Problem =>
  new Problem('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
export const tooManyLevels = (): Problem =>
  new Problem(
    'HierarchyLevelLimitExceededException',
    'A hierarchy can have a maximum of 15 levels. Check to see if any of your parameters exceed this limit.',
  );
export const badPath = (): Problem =>
  invalid(
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with ' +
      '"aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). ' +
      'Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
  );

export const badToken = (): Problem => new Problem('InvalidNextToken', 'The specified token is not valid.');
export const badFilterKey = (key: string, valid: readonly string[]): Problem =>
  new Problem(
    'InvalidFilterKey',
    `The following filter key is not valid: ${key}. Valid filter keys include: [${valid.join(', ')}].`,
  );
export const badFilterOption = (option: string, valid: readonly string[]): Problem =>
  new Problem(
    'InvalidFilterOption',
    `The following filter option is not valid: ${option}. Valid options include: [${valid.join(', ')}].`,
  );
export const noFilterValues = (key: string): Problem =>
  new Problem('InvalidFilterValue', `The following filter values are missing : null for filter key ${key}`);
export const badPathValue = (): Problem =>
  invalid(
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". ' +
      'It can\'t be prefixed with "aws" or "ssm" (case-insensitive) except for global parameters.',
  );
export const twoKindsOfFilters = (): Problem =>
  invalid('You can use either Filters or ParameterFilters in a single request.');

export const tooManyLabels = (): Problem =>
  new Problem(
    'ParameterVersionLabelLimitExceeded',
    'A parameter version can have a maximum of ten labels. Move one or more labels to another version and try again.',
  );
export const noSuchResource = (): Problem =>
  new Problem(
    'InvalidResourceId',
    'The resource ID is not valid. Verify that you entered the correct ID and try again.',
  );
export const tooManyTags = (): Problem =>
  new Problem(
    'TooManyTagsError',
    'The Targets parameter includes too many tags. Remove one or more tags and try the command again.',
  );
