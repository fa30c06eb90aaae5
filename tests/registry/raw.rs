//! SQL past the registry.

use sqlx::{AnyConnection, Connection as _};
use tokencert::registry::Location;

pub(crate) fn raw(place: &Location, sql: &'static str) -> Result<(), sqlx::Error> {
    sqlx::any::install_default_drivers();
    let url = match place {
        Location::File(path) => format!("sqlite://{}?mode=rwc", path.display()),
        Location::Postgres(url) => url.clone(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime?.block_on(async {
        let mut connection = AnyConnection::connect(&url).await?;
        let done = sqlx::raw_sql(sql).execute(&mut connection).await;
        connection.close().await?;
        done.map(drop)
    })
}
