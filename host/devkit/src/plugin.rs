//! From a plugin's folder to the one file that is installed.

use std::fs;
use std::path::{Path, PathBuf};

use mortise_domain::manifest::Manifest;

use crate::{BuildError, Built, Options, PackError, Step, build_guests, pack};

/// A plugin as one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Packed {
    /// `<target>/plugins/<name>-<version>.wasm`.
    pub file: PathBuf,
    /// What is inside.
    pub manifest: Manifest,
    /// How the component was built.
    pub built: Built,
}

/// Builds the plugin in this folder and packs it.
pub fn build_and_pack(folder: &Path, options: &Options, progress: &mut dyn FnMut(Step)) -> Result<PathBuf, BuildError> {
    let packed = build_and_pack_all(&[folder.to_owned()], options, progress)?;
    packed.into_iter().next().map(|packed| packed.file).ok_or_else(|| BuildError::NotAPlugin {
        folder: folder.to_owned(),
        reason: "the build named no result".to_owned(),
    })
}

/// Builds these folders together, which is faster than one by one, and packs each.
pub fn build_and_pack_all(
    folders: &[PathBuf],
    options: &Options,
    progress: &mut dyn FnMut(Step),
) -> Result<Vec<Packed>, BuildError> {
    // A mistake in a manifest is told before minutes are spent on compiling.
    let manifests = folders.iter().map(|folder| manifest(folder)).collect::<Result<Vec<_>, _>>()?;
    let built = build_guests(folders, options, progress)?;
    built.into_iter().zip(manifests).map(|(built, manifest)| write(built, manifest, progress)).collect()
}

fn manifest(folder: &Path) -> Result<(String, Manifest), BuildError> {
    let path = folder.join("manifest.json");
    let json = fs::read_to_string(&path).map_err(|error| BuildError::NotAPlugin {
        folder: folder.to_owned(),
        reason: format!("manifest.json cannot be read ({error}); every plugin has one"),
    })?;
    let manifest = Manifest::parse(json.as_bytes()).map_err(refused(folder))?;
    Ok((json, manifest))
}

fn write(
    built: Built,
    (json, manifest): (String, Manifest),
    progress: &mut dyn FnMut(Step),
) -> Result<Packed, BuildError> {
    let component = fs::read(&built.component)
        .map_err(BuildError::io(format!("the component {} cannot be read", built.component.display())))?;
    let bytes = pack(&component, &json).map_err(refused(&built.folder))?;
    let plugins = built.target.join("plugins");
    let file = plugins.join(format!("{}-{}.wasm", manifest.name, manifest.version));
    fs::create_dir_all(&plugins)
        // Beside its place and then moved, so that nobody reads half a file.
        .and_then(|()| fs::write(file.with_extension("part"), &bytes))
        .and_then(|()| fs::rename(file.with_extension("part"), &file))
        .map_err(BuildError::io(format!("the plugin {} cannot be written", file.display())))?;
    progress(Step::Packed { file: file.clone(), bytes: bytes.len() });
    Ok(Packed { file, manifest, built })
}

fn refused<E: Into<PackError>>(folder: &Path) -> impl FnOnce(E) -> BuildError {
    let folder = folder.to_owned();
    move |source| BuildError::Pack { folder, source: source.into() }
}
