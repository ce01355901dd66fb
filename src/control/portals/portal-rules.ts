/** What a portal may be (developer guide, "Create a portal in API Gateway"). */
import type { CognitoConfig, CustomColors, Portal } from '../../definition/portal.ts';
import type * as wire from '../../wire/generated/apigatewayv2.ts';
import { exactlyOne, invalidValue, namedTwice, poolElsewhere } from './refusals.ts';

/** Hexadecimal, a name, or CSS's functions of numbers: what stands in a style sheet and can end nothing there. */
const color = /^(?:#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,16}|(?:rgb|rgba|hsl|hsla)\([0-9., %]+\))$/;

export function readColors(given: wire.CustomColors): CustomColors {
  for (const [name, value] of Object.entries(given)) if (!color.test(value)) throw invalidValue(name, value);
  return {
    accentColor: given.AccentColor,
    backgroundColor: given.BackgroundColor,
    errorValidationColor: given.ErrorValidationColor,
    headerColor: given.HeaderColor,
    navigationColor: given.NavigationColor,
    textColor: given.TextColor,
  };
}

/** Undefined is open to everyone, which has to be said. */
export function readAuthorization(given: wire.Authorization, region: string): CognitoConfig | undefined {
  const { CognitoConfig: cognito, None } = given;
  if ((cognito === undefined) === (None === undefined)) throw exactlyOne('authorization', ['CognitoConfig', 'None']);
  if (cognito === undefined) return undefined;
  const { AppClientId: appClientId, UserPoolArn: userPoolArn, UserPoolDomain: userPoolDomain } = cognito;
  const [, poolRegion] =
    /^arn:aws[a-z-]*:cognito-idp:([a-z0-9-]+):\d{12}:userpool\/[\w-]+_[0-9a-zA-Z]+$/.exec(userPoolArn) ?? [];
  if (poolRegion === undefined) throw invalidValue('user pool ARN', userPoolArn);
  if (poolRegion !== region) throw poolElsewhere(userPoolArn, region);
  if (!isPoolDomain(userPoolDomain)) throw invalidValue('user pool domain', userPoolDomain);
  return { appClientId, userPoolArn, userPoolDomain };
}

/** A host name, or an address that says how it is reached. */
function isPoolDomain(domain: string): boolean {
  const url = URL.parse(/^https?:\/\//.test(domain) ? domain : `https://${domain}`);
  return url !== null && url.username === '' && url.search === '' && url.hash === '' && !/\s/.test(domain);
}

type CustomDomain = NonNullable<Portal['customDomain']>;

/** Undefined is the default domain. */
export function readEndpoint(given: wire.EndpointConfigurationRequest): CustomDomain | undefined {
  const { AcmManaged: managed, None } = given;
  if ((managed === undefined) === (None === undefined)) {
    throw exactlyOne('endpoint configuration', ['AcmManaged', 'None']);
  }
  if (managed === undefined) return undefined;
  const { DomainName: domainName, CertificateArn: certificateArn } = managed;
  const isName = /^(?=.{3,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i.test(domainName);
  if (!isName || isOurName(domainName.toLowerCase())) throw invalidValue('domain name', domainName);
  return { domainName, certificateArn };
}

/** Names by which AWS services and default portals are reached are nobody's. */
const isOurName = (name: string): boolean =>
  /(?:^|\.)amazonaws\.com(?:\.cn)?$/.test(name) || /(?:^|\.)on\.aws$/.test(name) || name.includes('.execute-api.');

/** Each at most once. */
export function checkDistinct(what: string, values: readonly string[]): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) throw namedTwice(what, twice);
}
