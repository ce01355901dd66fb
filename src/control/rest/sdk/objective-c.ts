/** The SDK for iOS in Objective-C (row SDK-01): a client and models over the pod AWSAPIGateway (developer guide, "Use generated iOS SDK (Objective-C)"). */
import { type Argument, argumentsOf, type IosNames, installing, iosNames, iosString, podfile } from './ios.ts';
import type { SdkApi, SdkMethod, SdkModel, SdkType } from './sdk-api.ts';
import type { SdkFiles } from './sdk-files.ts';
import { camelName, uniqueNames } from './sdk-names.ts';

const reserved = (
  'auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed ' +
  'sizeof static struct switch typedef union unsigned void volatile while id self super nil YES NO BOOL SEL IMP Class in out inout bycopy byref oneway ' +
  'description hash superclass class isEqual copy init alloc new release retain autorelease dealloc'
).split(' ');

const text = (value: string): string => `@${iosString(value)}`;

export function objectiveCSdk(api: SdkApi, parameters: Readonly<Record<string, string>>): SdkFiles {
  const names = iosNames(api, parameters['classPrefix']!);
  const root = 'aws-apigateway-ios-sdk';
  const source = `${root}/generated-src`;
  const unique = uniqueNames(reserved);
  const methods = api.methods.map((method) => ({ method, name: unique(method.pathFirstName) }));
  const files: SdkFiles = {
    [`${root}/Podfile`]: podfile,
    [`${root}/README.md`]: readme(names, methods),
    [`${source}/${names.base}.h`]: `#import "${names.client}.h"\n`,
    [`${source}/${names.client}.h`]: clientHeader(api, names, methods),
    [`${source}/${names.client}.m`]: clientSource(api, names, methods),
  };
  for (const model of api.models) {
    files[`${source}/${names.model(model.name)}.h`] = modelHeader(model, names);
    files[`${source}/${names.model(model.name)}.m`] = modelSource(model, names);
  }
  return files;
}

interface Named {
  readonly method: SdkMethod;
  readonly name: string;
}

function typeOf(type: SdkType, names: IosNames): string {
  if (type.kind === 'model') return `${names.model(type.name)} *`;
  if (type.kind === 'list') return 'NSArray *';
  if (type.kind === 'string') return 'NSString *';
  return type.kind === 'any' ? 'id' : 'NSNumber *';
}

const spaced = (type: string): string => (type.endsWith('*') ? type : `${type} `);

/** `- (AWSTask *)rootGet:(NSString *)op a:(NSString *)a b:(NSString *)b` */
function signature({ method, name }: Named, names: IosNames): string {
  const parts = argumentsOf(method, reserved).map((argument: Argument, i) => {
    const type = argument.location === 'body' ? typeOf(method.body!.type, names) : 'NSString *';
    return `${i === 0 ? name : argument.name}:(${type})${argument.name}`;
  });
  return `- (AWSTask *)${parts.length === 0 ? name : parts.join(' ')}`;
}

const clientHeader = (
  { models }: SdkApi,
  names: IosNames,
  methods: readonly Named[],
): string => `#import <Foundation/Foundation.h>
#import <AWSAPIGateway/AWSAPIGateway.h>

${models.map(({ name }) => `#import "${names.model(name)}.h"\n`).join('')}
/** Methods answer a task whose result is of the model of the method's response, an NSDictionary where the API names none. */
@interface ${names.client} : AWSAPIGatewayClient

/** Made once, with AWSServiceManager's default configuration. */
+ (instancetype)defaultClient;

/** A client of its own configuration, kept under a key. */
+ (void)registerClientWithConfiguration:(AWSServiceConfiguration *)configuration forKey:(NSString *)key;
+ (instancetype)clientForKey:(NSString *)key;
+ (void)removeClientForKey:(NSString *)key;

${methods.map((each) => `/** ${each.method.verb} ${each.method.path} */\n${signature(each, names)};\n`).join('\n')}
@end
`;

function clientSource({ invokeUrl }: SdkApi, names: IosNames, methods: readonly Named[]): string {
  const bodies = methods.map((each) => {
    const args = argumentsOf(each.method, reserved);
    const dictionary = (title: string, location: string): string =>
      `    NSMutableDictionary *${title} = [NSMutableDictionary new];
${args
  .filter((argument) => argument.location === location)
  .map(
    ({ name, wireName }) => `    if (${name} != nil) {
        ${title}[${text(wireName)}] = ${name};
    }
`,
  )
  .join('')}`;
    const body = args.find(({ location }) => location === 'body');
    const { result } = each.method;
    const responseClass = result?.type.kind === 'model' ? `[${names.model(result.type.name)} class]` : 'nil';
    return `${signature(each, names)} {
${dictionary('pathParameters', 'path')}${dictionary('queryParameters', 'querystring')}    NSMutableDictionary *headerParameters = [@{@"Content-Type": @"application/json", @"Accept": @"application/json"} mutableCopy];
${args
  .filter(({ location }) => location === 'header')
  .map(
    ({ name, wireName }) =>
      `    if (${name} != nil) {\n        headerParameters[${text(wireName)}] = ${name};\n    }\n`,
  )
  .join('')}    return [self invokeHTTPRequest:${text(each.method.verb)}
                         URLString:${text(each.method.path.replaceAll('+}', '}'))}
                    pathParameters:pathParameters
                   queryParameters:queryParameters
                  headerParameters:headerParameters
                              body:${body?.name ?? 'nil'}
                     responseClass:${responseClass}];
}
`;
  });
  return `#import "${names.client}.h"
#import <AWSCore/AWSCore.h>

@interface AWSAPIGatewayClient ()

- (AWSTask *)invokeHTTPRequest:(NSString *)HTTPMethod
                     URLString:(NSString *)URLString
                pathParameters:(NSDictionary *)pathParameters
               queryParameters:(NSDictionary *)queryParameters
              headerParameters:(NSDictionary *)headerParameters
                          body:(id)body
                 responseClass:(Class)responseClass;

@end

@interface ${names.client} ()

@property (nonatomic, strong) AWSServiceConfiguration *configuration;

@end

@implementation ${names.client}

@synthesize configuration = _configuration;

static NSString *const invokeURL = ${text(invokeUrl)};
static AWSSynchronizedMutableDictionary *clients = nil;

+ (instancetype)defaultClient {
    static ${names.client} *client = nil;
    static dispatch_once_t once;
    dispatch_once(&once, ^{
        AWSServiceConfiguration *configuration = [AWSServiceManager defaultServiceManager].defaultServiceConfiguration;
        if (configuration == nil) {
            configuration = [[AWSServiceConfiguration alloc] initWithRegion:AWSRegionUnknown credentialsProvider:nil];
        }
        client = [[${names.client} alloc] initWithConfiguration:configuration];
    });
    return client;
}

+ (void)registerClientWithConfiguration:(AWSServiceConfiguration *)configuration forKey:(NSString *)key {
    static dispatch_once_t once;
    dispatch_once(&once, ^{
        clients = [AWSSynchronizedMutableDictionary new];
    });
    [clients setObject:[[${names.client} alloc] initWithConfiguration:configuration] forKey:key];
}

+ (instancetype)clientForKey:(NSString *)key {
    return [clients objectForKey:key];
}

+ (void)removeClientForKey:(NSString *)key {
    [clients removeObjectForKey:key];
}

- (instancetype)init {
    @throw [NSException exceptionWithName:NSInternalInconsistencyException
                                   reason:@"Use defaultClient or clientForKey: instead of init."
                                 userInfo:nil];
}

- (instancetype)initWithConfiguration:(AWSServiceConfiguration *)configuration {
    if (self = [super init]) {
        _configuration = [configuration copy];
        NSURL *URL = [NSURL URLWithString:invokeURL];
        _configuration.endpoint = [[AWSEndpoint alloc] initWithRegion:_configuration.regionType
                                                              service:AWSServiceAPIGateway
                                                                  URL:URL];
        _configuration.baseURL = URL;
        AWSSignatureV4Signer *signer = [[AWSSignatureV4Signer alloc] initWithCredentialsProvider:_configuration.credentialsProvider
                                                                                        endpoint:_configuration.endpoint];
        _configuration.requestInterceptors = @[[AWSNetworkingRequestInterceptor new], signer];
    }
    return self;
}

${bodies.join('\n')}
@end
`;
}

function named(model: SdkModel): { readonly property: string; readonly name: string; readonly type: SdkType }[] {
  const unique = uniqueNames(reserved);
  return model.members.map(({ name, type }) => ({ property: unique(camelName(name)), name, type }));
}

const modelHeader = (model: SdkModel, names: IosNames): string => {
  const members = named(model);
  const used = members.flatMap(({ type }) => (type.kind === 'model' ? [names.model(type.name)] : []));
  return `#import <Foundation/Foundation.h>
#import <AWSCore/AWSCore.h>

${[...new Set(used)].map((name) => `@class ${name};\n`).join('')}
@interface ${names.model(model.name)} : AWSModel

${members.map(({ property, type }) => `@property (nonatomic, strong) ${spaced(typeOf(type, names))}${property};\n`).join('')}
@end
`;
};

function modelSource(model: SdkModel, names: IosNames): string {
  const members = named(model);
  const className = names.model(model.name);
  const used = members.flatMap(({ type }) => (type.kind === 'model' ? [names.model(type.name)] : itemsOf(type, names)));
  const transformers = members.flatMap(({ property, type }) => {
    if (type.kind === 'model') {
      return [
        `+ (NSValueTransformer *)${property}JSONTransformer {
    return [NSValueTransformer awsmtl_JSONDictionaryTransformerWithModelClass:[${names.model(type.name)} class]];
}
`,
      ];
    }
    return itemsOf(type, names).map(
      (item) => `+ (NSValueTransformer *)${property}JSONTransformer {
    return [NSValueTransformer awsmtl_JSONArrayTransformerWithModelClass:[${item} class]];
}
`,
    );
  });
  return `#import "${className}.h"
${[...new Set(used)]
  .filter((name) => name !== className)
  .map((name) => `#import "${name}.h"\n`)
  .join('')}
@implementation ${className}

+ (NSDictionary *)JSONKeyPathsByPropertyKey {
    return @{
${members.map(({ property, name }) => `        ${text(property)}: ${text(name)},\n`).join('')}    };
}

${transformers.join('\n')}
@end
`;
}

const itemsOf = (type: SdkType, names: IosNames): string[] =>
  type.kind === 'list' && type.of.kind === 'model' ? [names.model(type.of.name)] : [];

const readme = (names: IosNames, methods: readonly Named[]): string => `# iOS SDK in Objective-C

${installing('Add the `.h` and `.m` files of `generated-src` to the project.')}
\`\`\`objc
#import "${names.base}.h"

${names.client} *client = [${names.client} defaultClient];
client.APIKey = @"YOUR_API_KEY";
\`\`\`

${methods.map((each) => `- \`${signature(each, names)}\`: ${each.method.verb} ${each.method.path}`).join('\n')}
`;
