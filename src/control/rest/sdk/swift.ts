/** The SDK for iOS in Swift (row SDK-01): a client and models over the pod AWSAPIGateway (developer guide, "Use generated iOS SDK (Swift)"). */
import { argumentsOf, type IosNames, installing, iosNames, iosString, podfile } from './ios.ts';
import type { SdkApi, SdkMethod, SdkModel, SdkType } from './sdk-api.ts';
import type { SdkFiles } from './sdk-files.ts';
import { camelName, uniqueNames } from './sdk-names.ts';

const reserved = (
  'associatedtype class deinit enum extension fileprivate func import init inout internal let open operator private protocol public rethrows static ' +
  'struct subscript typealias var break case continue default defer do else fallthrough for guard if in repeat return switch where while as Any catch ' +
  'false is nil super self Self throw throws true try description hash copy'
).split(' ');

export function swiftSdk(api: SdkApi, parameters: Readonly<Record<string, string>>): SdkFiles {
  const names = iosNames(api, parameters['classPrefix']!);
  const root = 'aws-apigateway-ios-swift-sdk';
  const source = `${root}/generated-src`;
  const unique = uniqueNames(reserved);
  const methods = api.methods.map((method) => ({ method, name: unique(method.pathFirstName) }));
  return {
    [`${root}/Podfile`]: podfile,
    [`${root}/README.md`]: readme(names, methods),
    [`${source}/Bridging_Header.h`]: '#import <AWSAPIGateway/AWSAPIGateway.h>\n',
    [`${source}/${names.client}.swift`]: client(api, names, methods),
    ...Object.fromEntries(
      api.models.map((model) => [`${source}/${names.model(model.name)}.swift`, modelClass(model, names)]),
    ),
  };
}

interface Named {
  readonly method: SdkMethod;
  readonly name: string;
}

function typeOf(type: SdkType, names: IosNames): string {
  if (type.kind === 'model') return names.model(type.name);
  if (type.kind === 'list') return `[${typeOf(type.of, names)}]`;
  if (type.kind === 'string') return 'String';
  return type.kind === 'any' ? 'Any' : 'NSNumber';
}

/** `public func rootGet(op: String?, a: String?, b: String?) -> AWSTask<AnyObject>` */
function signature({ method, name }: Named, names: IosNames): string {
  const parts = argumentsOf(method, reserved).map((argument) => {
    const type = argument.location === 'body' ? typeOf(method.body!.type, names) : 'String';
    return `${argument.name}: ${type}${argument.isRequired ? '' : '?'}`;
  });
  const result = method.result?.type.kind === 'model' ? names.model(method.result.type.name) : 'AnyObject';
  return `public func ${name}(${parts.join(', ')}) -> AWSTask<${result}>`;
}

function client({ invokeUrl }: SdkApi, names: IosNames, methods: readonly Named[]): string {
  const bodies = methods.map((each) => {
    const args = argumentsOf(each.method, reserved);
    const filled = (title: string, location: string): string =>
      args
        .filter((argument) => argument.location === location)
        .map(({ name, wireName, isRequired }) =>
          isRequired
            ? `        ${title}[${iosString(wireName)}] = ${name}\n`
            : `        if let ${name} = ${name} {\n            ${title}[${iosString(wireName)}] = ${name}\n        }\n`,
        )
        .join('');
    const declared = (title: string, location: string): string => {
      const lines = filled(title, location);
      return `        ${lines === '' ? 'let' : 'var'} ${title}: [String: Any] = [:]\n${lines}`;
    };
    const headers = filled('headerParameters', 'header');
    const body = args.find(({ location }) => location === 'body');
    const { result } = each.method;
    const isModel = result?.type.kind === 'model';
    const responseClass = isModel ? `${names.model((result.type as { name: string }).name)}.self` : 'nil';
    const cast = isModel ? ` as! AWSTask<${names.model((result.type as { name: string }).name)}>` : '';
    return `    /// ${each.method.verb} ${each.method.path}
    ${signature(each, names)} {
${declared('pathParameters', 'path')}${declared('queryParameters', 'querystring')}        ${headers === '' ? 'let' : 'var'} headerParameters: [String: Any] = ["Content-Type": "application/json", "Accept": "application/json"]
${headers}        return invokeHTTPRequest(
            ${iosString(each.method.verb)},
            urlString: ${iosString(each.method.path.replaceAll('+}', '}'))},
            pathParameters: pathParameters,
            queryParameters: queryParameters,
            headerParameters: headerParameters,
            body: ${body?.name ?? 'nil'},
            responseClass: ${responseClass}
        )${cast}
    }
`;
  });
  return `import AWSAPIGateway
import AWSCore

/// Methods answer a task whose result is of the model of the method's response, an NSDictionary where the API names none.
public class ${names.client}: AWSAPIGatewayClient {

    private static let invokeURL = URL(string: ${iosString(invokeUrl)})!
    private static var clients: [String: ${names.client}] = [:]
    private static let shared = ${names.client}(
        configuration: AWSServiceManager.default().defaultServiceConfiguration
            ?? AWSServiceConfiguration(region: .Unknown, credentialsProvider: nil)
    )

    /// Made once, with AWSServiceManager's default configuration.
    public class func \`default\`() -> ${names.client} {
        return shared
    }

    /// A client of its own configuration, kept under a key.
    public class func registerClient(withConfiguration configuration: AWSServiceConfiguration, forKey key: String) {
        clients[key] = ${names.client}(configuration: configuration)
    }

    public class func client(forKey key: String) -> ${names.client}? {
        return clients[key]
    }

    public class func removeClient(forKey key: String) {
        clients.removeValue(forKey: key)
    }

    init(configuration: AWSServiceConfiguration) {
        super.init()
        self.configuration = configuration.copy() as! AWSServiceConfiguration
        self.configuration.endpoint = AWSEndpoint(
            region: configuration.regionType,
            service: .APIGateway,
            url: ${names.client}.invokeURL
        )
        self.configuration.baseURL = ${names.client}.invokeURL
        let signer = AWSSignatureV4Signer(
            credentialsProvider: configuration.credentialsProvider,
            endpoint: self.configuration.endpoint
        )
        if let signer = signer as AWSSignatureV4Signer? {
            self.configuration.requestInterceptors = [AWSNetworkingRequestInterceptor(), signer]
        }
    }

${bodies.join('\n')}}
`;
}

function modelClass(model: SdkModel, names: IosNames): string {
  const unique = uniqueNames(reserved);
  const members = model.members.map(({ name, type }) => ({ property: unique(camelName(name)), name, type }));
  const className = names.model(model.name);
  const transformers = members.flatMap(({ property, type }) => {
    const item = type.kind === 'list' ? type.of : type;
    if (item.kind !== 'model') return [];
    const kind = type.kind === 'list' ? 'JSONArrayTransformer' : 'JSONDictionaryTransformer';
    return [
      `
    @objc class func ${property}JSONTransformer() -> ValueTransformer {
        return ValueTransformer.awsmtl_${kind}(withModelClass: ${names.model(item.name)}.self)
    }
`,
    ];
  });
  return `import AWSCore

@objcMembers
public class ${className}: AWSModel {

${members.map(({ property, type }) => `    public var ${property}: ${typeOf(type, names)}?\n`).join('')}
    public override static func jsonKeyPathsByPropertyKey() -> [AnyHashable: Any]! {
        return [${members.length === 0 ? ':' : ''}
${members.map(({ property, name }) => `            ${iosString(property)}: ${iosString(name)},\n`).join('')}        ]
    }
${transformers.join('')}}
`;
}

const readme = (names: IosNames, methods: readonly Named[]): string => `# iOS SDK in Swift

${installing('Add the files of `generated-src` to the project and name `Bridging_Header.h` as its Objective-C bridging header.')}
\`\`\`swift
let client = ${names.client}.default()
client.apiKey = "YOUR_API_KEY"
\`\`\`

${methods.map((each) => `- \`${signature(each, names)}\`: ${each.method.verb} ${each.method.path}`).join('\n')}
`;
