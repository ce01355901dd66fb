/**
 * What ACM's operations refuse. Recorded by users: the wordings of a missing certificate, of one in use and of a second one in the field; the others
 * are chosen.
 */
import { Problem } from '../../base/problem.ts';

const invalid = (message: string): Problem => new Problem('ValidationException', message);

export const noSuchCertificate = (arn: string): Problem =>
  new Problem('ResourceNotFoundException', `Could not find certificate ${arn}.`);
export const certificateInUse = (arn: string, by: readonly string[]): Problem =>
  new Problem('ResourceInUseException', `Certificate ${arn} is in use.`, { why: `used by ${by.join(', ')}` });

export const moreThanOneCertificate = (): Problem =>
  invalid(
    'The certificate field contains more than one certificate. You can specify only one certificate in this field.',
  );
export const unreadableCertificate = (): Problem =>
  invalid('Unable to parse certificate. Please ensure the certificate is in PEM format.');
export const unreadableChain = (): Problem =>
  invalid('Unable to parse certificate chain. Please ensure the certificates are in PEM format.');
export const unreadableKey = (): Problem =>
  invalid('Unable to parse private key. Please ensure the private key is unencrypted and in PEM format.');
export const keyNotSupported = (): Problem => invalid('The private key is not supported.');
export const keyDoesNotMatch = (): Problem => invalid('The private key does not match the certificate.');
export const notSelfSigned = (): Problem =>
  invalid(
    'Provided certificate is not a valid self signed. Please provide either a valid self-signed certificate or certificate chain.',
  );
export const brokenChain = (): Problem => invalid('Could not validate the certificate with the certificate chain.');
export const notYetValid = (): Problem => invalid('The certificate is not valid yet.');
export const expired = (): Problem => invalid('The certificate has expired.');
export const noNames = (): Problem =>
  invalid('The certificate must have a common name or a subject alternative name that is a domain name.');
export const tagsWithReimport = (): Problem =>
  new Problem('InvalidTagException', 'Tags cannot be given when a certificate is reimported.');
export const notImported = (): Problem =>
  invalid('Only imported certificates can be reimported; request a new certificate instead.');

export const tooManyTags = (arn: string): Problem =>
  new Problem('TooManyTagsException', `Certificate ${arn} can have no more than 50 tags.`);
export const reservedTag = (): Problem =>
  new Problem('InvalidTagException', 'Tag keys that begin with aws: are reserved.');
export const repeatedTag = (): Problem => new Problem('InvalidTagException', 'Tag keys must be unique.');

export const notOfRequest = (domain: string): Problem =>
  new Problem('InvalidDomainValidationOptionsException', `${domain} is not among the names of the certificate.`);
export const foreignValidationDomain = (domain: string, validationDomain: string): Problem =>
  new Problem(
    'InvalidDomainValidationOptionsException',
    `Validation domain ${validationDomain} is neither ${domain} nor one it is a subdomain of.`,
  );
export const onlyForCloudFront = (): Problem =>
  new Problem('InvalidParameterException', 'HTTP validation is for certificates that are managed by CLOUDFRONT.');
export const noPrivateAuthority = (arn: string): Problem =>
  new Problem(
    'InvalidArnException',
    `Could not find certificate authority ${arn}; private certificates are not issued here.`,
  );
export const algorithmNotIssued = (algorithm: string): Problem =>
  invalid(`Key algorithm ${algorithm} is not supported for a public certificate.`);

export const notExportable = (arn: string): Problem => invalid(`Certificate ${arn} is not exportable.`);
export const badPassphrase = (): Problem => invalid('The passphrase must not contain #, $ or %.');
export const notRenewable = (arn: string): Problem => invalid(`Certificate ${arn} is not eligible for renewal.`);
export const noSuchOption = (): Problem =>
  new Problem('InvalidStateException', 'Options are those of requested certificates.');
export const notByMail = (): Problem =>
  new Problem('InvalidStateException', 'The certificate is not waiting for validation by email.');
export const badToken = (): Problem => new Problem('InvalidArgsException', 'Invalid NextToken.');
export const sortNeedsOrder = (): Problem =>
  new Problem('InvalidArgsException', 'SortBy and SortOrder are given together or not at all.');
