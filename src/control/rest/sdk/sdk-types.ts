/** The kinds of SDK that can be made, and what each wants to be told (rows V1-48, SDK-01; developer guide, "Generate SDKs for an API …"). */
import type { SdkConfigurationProperty, SdkType } from '../../../wire/generated/apigateway.ts';
import { badSdkParameter, missingSdkParameter } from '../chosen-refusals.ts';

interface Property extends SdkConfigurationProperty {
  readonly name: string;
  readonly required: boolean;
  /** Other names it may come under: AWS's API reference and its console do not agree on those of Java. */
  readonly aliases?: readonly string[];
  /** What a value must look like; it becomes a name in code, or a part of a path. */
  readonly form: RegExp;
}

interface KnownSdkType extends SdkType {
  readonly id: string;
  readonly configurationProperties: readonly Property[];
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
const packageName = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,30}$/;
const artifactName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const anyText = /^[\s\S]{0,10000}$/;

const property = (
  name: string,
  friendlyName: string,
  description: string,
  required: boolean,
  form: RegExp,
  more: { defaultValue?: string; aliases?: readonly string[] } = {},
): Property => ({ name, friendlyName, description, required, form, ...more });

const mavenProperties = [
  property('groupId', 'Group ID', 'Group of the generated project in its pom.xml', true, artifactName),
  property('invokerPackage', 'Invoker package', 'Package of the generated classes', true, packageName),
  property('artifactId', 'Artifact ID', 'Name of the compiled library without its version', true, artifactName),
  property('artifactVersion', 'Artifact version', 'Version of the compiled library', true, artifactName),
];

const iosProperties = [
  property('classPrefix', 'Prefix', 'What the names of all generated classes begin with', true, identifier),
];

const sdkTypes: readonly KnownSdkType[] = [
  {
    id: 'android',
    friendlyName: 'Android',
    description: 'SDK for Android, in Java',
    configurationProperties: mavenProperties,
  },
  {
    id: 'java',
    friendlyName: 'Java',
    description: 'SDK for Java',
    configurationProperties: [
      property('service.name', 'Service Name', 'Name of the generated client class', true, identifier, {
        aliases: ['serviceName'],
      }),
      property('java.package-name', 'Java Package Name', 'Package of the generated classes', true, packageName, {
        aliases: ['javaPackageName'],
      }),
      property('java.build-system', 'Java Build System', 'maven or gradle', false, /^(maven|gradle)$/, {
        defaultValue: 'maven',
        aliases: ['buildSystem', 'javaBuildSystem'],
      }),
      property('java.group-id', 'Java Group Id', 'Group of the generated project', false, artifactName, {
        aliases: ['groupId', 'javaGroupId'],
      }),
      property('java.artifact-id', 'Java Artifact Id', 'Name of the generated library', false, artifactName, {
        aliases: ['artifactId', 'javaArtifactId'],
      }),
      property(
        'java.artifact-version',
        'Java Artifact Version',
        'Version of the generated library',
        false,
        artifactName,
        {
          defaultValue: '1.0-SNAPSHOT',
          aliases: ['artifactVersion', 'javaArtifactVersion'],
        },
      ),
      property('java.license-text', 'Source Code License Text', 'Stands at the top of every file', false, anyText, {
        aliases: ['licenseText', 'javaLicenseText'],
      }),
    ],
  },
  { id: 'javascript', friendlyName: 'JavaScript', description: 'SDK for JavaScript', configurationProperties: [] },
  {
    id: 'objectivec',
    friendlyName: 'iOS (Objective-C)',
    description: 'SDK for iOS, in Objective-C',
    configurationProperties: iosProperties,
  },
  {
    id: 'ruby',
    friendlyName: 'Ruby',
    description: 'SDK for Ruby',
    configurationProperties: [
      property('service.name', 'Service Name', 'Name of the module, all letters', true, /^[A-Za-z]{1,100}$/, {
        aliases: ['serviceName'],
      }),
      property('ruby.gem-name', 'Ruby Gem Name', 'Name of the gem', false, artifactName),
      property('ruby.gem-version', 'Ruby Gem Version', 'Version of the gem', false, /^\d+(\.[0-9A-Za-z]+){0,8}$/, {
        defaultValue: '1.0.0',
      }),
    ],
  },
  {
    id: 'swift',
    friendlyName: 'iOS (Swift)',
    description: 'SDK for iOS, in Swift',
    configurationProperties: iosProperties,
  },
];

/** As GetSdkTypes shows them. */
export const shownSdkTypes: readonly (SdkType & { readonly id: string })[] = sdkTypes.map((type) => ({
  ...type,
  configurationProperties: type.configurationProperties.map(({ aliases: _, form: __, ...shown }) => shown),
}));

export const sdkTypeIds: readonly string[] = sdkTypes.map(({ id }) => id);

/** A value for each property that was given or has a default, under its first name. Throws a 400 for what is missing or of no use. */
export function sdkParameters(sdkType: string, given: Readonly<Record<string, string>> = {}): Record<string, string> {
  const type = sdkTypes.find(({ id }) => id === sdkType)!;
  const values: Record<string, string> = {};
  for (const { name, aliases = [], required, defaultValue, form } of type.configurationProperties) {
    const value = [name, ...aliases].map((each) => given[each]).find((each) => each !== undefined && each !== '');
    if (value === undefined) {
      if (required) throw missingSdkParameter(sdkType, name);
      if (defaultValue !== undefined) values[name] = defaultValue;
    } else if (form.test(value)) {
      values[name] = value;
    } else {
      throw badSdkParameter(name, value);
    }
  }
  return values;
}
