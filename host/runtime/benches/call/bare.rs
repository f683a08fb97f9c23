//! The same guest on wasmtime with the same settings and nothing of ours around it.

use mortise_domain::call::Request;
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store};
use wasmtime::{StoreLimits, StoreLimitsBuilder, UpdateDeadline};

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit/v1",
        inline: "
            package mortise:bench;
            world bare { export mortise:plugin/pricing@1.0.0; }
        ",
        world: "mortise:bench/bare",
        exports: { default: async },
    });
}

#[path = "bare/convert.rs"]
mod convert;

use bindings::{Bare as Plugin, BarePre};

pub struct Data {
    limits: StoreLimits,
}

pub struct Bare {
    engine: Engine,
    pre: BarePre<Data>,
}

pub struct Warm {
    store: Store<Data>,
    plugin: Plugin,
}

impl Bare {
    pub fn new(file: &[u8]) -> Self {
        let mut pool = PoolingAllocationConfig::new();
        pool.linear_memory_keep_resident(2 << 20).table_keep_resident(64 << 10).pagemap_scan(Enabled::Auto);
        let mut config = Config::new();
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool)).epoch_interruption(true);
        let engine = Engine::new(&config).expect("an engine");
        let weak = engine.weak();
        std::thread::spawn(move || {
            while let Some(engine) = weak.upgrade() {
                engine.increment_epoch();
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
        });
        let mut linker = Linker::new(&engine);
        let mut config = linker.instance("mortise:plugin/config@1.0.0").expect("an interface");
        let settings = r#"{"base-price":"99.90","markup":"0.15","tax-rate":"0.13"}"#;
        config.func_wrap("get", move |_, (): ()| Ok((settings.to_owned(),))).expect("a function");
        let component = Component::new(&engine, file).expect("a component");
        linker.define_unknown_imports_as_traps(&component).expect("imports");
        let pre = BarePre::new(linker.instantiate_pre(&component).expect("it links")).expect("it exports");
        Self { engine, pre }
    }

    fn store(&self) -> Store<Data> {
        let limits = StoreLimitsBuilder::new().memory_size(64 << 20).trap_on_grow_failure(true).build();
        let mut store = Store::new(&self.engine, Data { limits });
        store.limiter(|data| &mut data.limits);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Yield(1)));
        store
    }

    pub async fn fresh(&self, request: &Request) {
        let mut store = self.store();
        let plugin = self.pre.instantiate_async(&mut store).await.expect("an instance");
        ask(&plugin, &mut store, request).await;
    }

    pub async fn warm(&self) -> Warm {
        let mut store = self.store();
        let plugin = self.pre.instantiate_async(&mut store).await.expect("an instance");
        Warm { store, plugin }
    }
}

impl Warm {
    pub async fn price(&mut self, request: &Request) {
        ask(&self.plugin, &mut self.store, request).await;
    }
}

async fn ask(plugin: &Plugin, store: &mut Store<Data>, request: &Request) {
    let Request::Price { request } = request.clone() else { return };
    let asked = convert::asked(request);
    let priced = plugin.mortise_plugin_pricing().call_price(store, &asked).await.expect("it runs").expect("it prices");
    assert_eq!(priced.lines.len(), asked.lines.len());
}
