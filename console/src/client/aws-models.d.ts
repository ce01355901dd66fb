/** Made by console/aws-models.ts. */
declare module 'virtual:aws-models' {
  export const models: Readonly<Record<import('./operations.ts').ServiceName, import('./client-model.ts').ClientModel>>;
}
