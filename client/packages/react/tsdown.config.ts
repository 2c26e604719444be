import config from '../client/tsdown.config.ts';

export default { ...config, entry: 'src/index.ts' };
