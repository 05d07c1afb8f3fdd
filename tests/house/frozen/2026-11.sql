BEGIN TRANSACTION;
CREATE TABLE accounts (
	id INTEGER NOT NULL, 
	email TEXT NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	producer_id INTEGER, 
	password_hash TEXT DEFAULT '' NOT NULL, 
	totp_secret TEXT DEFAULT '' NOT NULL, 
	totp_last INTEGER DEFAULT '0' NOT NULL, 
	active BOOLEAN DEFAULT true NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_accounts PRIMARY KEY (id), 
	CONSTRAINT uq_accounts_email UNIQUE (email), 
	CONSTRAINT fk_accounts_producer_id_producers FOREIGN KEY(producer_id) REFERENCES producers (id)
);
INSERT INTO "accounts" VALUES(1,'thu@vanphong.example','Thu','clerk',NULL,'$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$hash','',0,1,'2026-11-29 03:00:00.000000');
CREATE TABLE alarms (
	epoch TEXT NOT NULL, 
	line INTEGER NOT NULL, 
	serial INTEGER NOT NULL, 
	first_at BIGINT NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_alarms PRIMARY KEY (epoch, line, serial)
)
 WITHOUT ROWID

;
CREATE TABLE alembic_version ( version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num) );
INSERT INTO "alembic_version" VALUES('0008');
CREATE TABLE answers (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	idempotency_key TEXT NOT NULL, 
	request_sha256 TEXT NOT NULL, 
	status INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_answers PRIMARY KEY (id), 
	CONSTRAINT uq_answers_account_id_idempotency_key UNIQUE (account_id, idempotency_key), 
	CONSTRAINT fk_answers_account_id_accounts FOREIGN KEY(account_id) REFERENCES accounts (id)
);
CREATE TABLE api_tokens (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	token_hash TEXT NOT NULL, 
	scopes JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	used_at DATETIME, 
	revoked_at DATETIME, 
	CONSTRAINT pk_api_tokens PRIMARY KEY (id), 
	CONSTRAINT fk_api_tokens_account_id_accounts FOREIGN KEY(account_id) REFERENCES accounts (id), 
	CONSTRAINT uq_api_tokens_token_hash UNIQUE (token_hash)
);
INSERT INTO "api_tokens" VALUES(1,1,'kho','6b71d549d6bdd05a35a32e7fd41b21ad0644b38648e634ebec061106e9934a8e','["products:read","batches:write"]','2026-11-29 03:00:00.000000',NULL,NULL);
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	who TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	import_id INTEGER, 
	subject TEXT NOT NULL, 
	subject_id INTEGER NOT NULL, 
	field TEXT NOT NULL, 
	"before" TEXT DEFAULT '' NOT NULL, 
	"after" TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id), 
	CONSTRAINT fk_audit_import_id_imports FOREIGN KEY(import_id) REFERENCES imports (id)
);
INSERT INTO "audit" VALUES(1,'2026-11-29 03:00:00.000000','','',NULL,'key',1,'issuing_key','','ZM83X4MV');
INSERT INTO "audit" VALUES(2,'2026-11-29 03:00:00.000000','thu','',NULL,'import',1,'import','','records.csv');
INSERT INTO "audit" VALUES(3,'2026-11-29 03:00:00.000000','thu','',NULL,'import',1,'rows_new','','3');
INSERT INTO "audit" VALUES(4,'2026-11-29 03:00:00.000000','thu','',NULL,'import',1,'rows_changed','','0');
INSERT INTO "audit" VALUES(5,'2026-11-29 03:00:00.000000','thu','chờ Hội đồng đánh giá lại',NULL,'recognition',1,'extended_until','','2027-05-01');
INSERT INTO "audit" VALUES(6,'2026-11-29 03:00:00.000000','thu','chờ Hội đồng đánh giá lại',NULL,'recognition',1,'extension_reason','','chờ Hội đồng đánh giá lại');
INSERT INTO "audit" VALUES(7,'2026-11-29 03:00:00.000000','cli','',NULL,'batch',1,'ordered','','9 · tem-25x35 · a4');
INSERT INTO "audit" VALUES(8,'2026-11-29 03:00:00.000000','cli','',NULL,'batch',2,'ordered','','9 · tem-25x35 · roll-25x35x4');
INSERT INTO "audit" VALUES(9,'2026-11-29 03:00:00.000000','cli','',NULL,'batch',3,'ordered','','9 · tem-25x35 · a4');
INSERT INTO "audit" VALUES(10,'2026-11-29 03:00:00.000000','cli','',NULL,'batch',4,'ordered','','3 · tem-25x35 · single');
INSERT INTO "audit" VALUES(11,'2026-11-29 03:00:00.000000','cli','',NULL,'batch',5,'ordered','','7 · bien-ke-105x74 · sra3');
INSERT INTO "audit" VALUES(12,'2026-11-29 03:00:00.000000','thu','',NULL,'design',1,'design','','thu-1');
INSERT INTO "audit" VALUES(13,'2026-11-29 03:00:00.000000','thu','',NULL,'design',1,'state','draft','published');
INSERT INTO "audit" VALUES(14,'2026-11-29 03:00:00.000000','cli','',NULL,'batch',6,'ordered','','3 · thu-1 · a4');
INSERT INTO "audit" VALUES(15,'2026-11-29 03:00:00.000000','cli','',NULL,'batch',7,'ordered','','7 · tem-25x35 · a4');
INSERT INTO "audit" VALUES(16,'2026-11-29 03:00:00.000000','thu','',NULL,'account',1,'account','','thu@vanphong.example (clerk)');
INSERT INTO "audit" VALUES(17,'2026-11-29 03:00:00.000000','thu@vanphong.example','',NULL,'account',1,'token','','kho (products:read, batches:write)');
CREATE TABLE batches (
	id INTEGER NOT NULL, 
	year INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	order_key TEXT, 
	ordered_at DATETIME NOT NULL, 
	who TEXT DEFAULT '' NOT NULL, 
	state TEXT DEFAULT 'ordered' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	epoch_id INTEGER NOT NULL, 
	design TEXT NOT NULL, 
	design_sha256 TEXT NOT NULL, 
	stock TEXT NOT NULL, 
	stock_sha256 TEXT NOT NULL, 
	host TEXT NOT NULL, 
	trial BOOLEAN DEFAULT false NOT NULL, 
	mark TEXT DEFAULT '' NOT NULL, 
	options JSON NOT NULL, 
	versions JSON NOT NULL, 
	folder TEXT DEFAULT '' NOT NULL, 
	queued BOOLEAN DEFAULT false NOT NULL, 
	producer_id INTEGER, 
	CONSTRAINT pk_batches PRIMARY KEY (id), 
	CONSTRAINT uq_batches_year_number UNIQUE (year, number), 
	CONSTRAINT ck_batches_state CHECK (state IN ('ordered', 'running', 'ready', 'held', 'failed', 'cancelled')), 
	CONSTRAINT uq_batches_name UNIQUE (name), 
	CONSTRAINT uq_batches_order_key UNIQUE (order_key), 
	CONSTRAINT fk_batches_epoch_id_epochs FOREIGN KEY(epoch_id) REFERENCES epochs (id), 
	CONSTRAINT fk_batches_design_sha256_sources FOREIGN KEY(design_sha256) REFERENCES sources (sha256), 
	CONSTRAINT fk_batches_stock_sha256_sources FOREIGN KEY(stock_sha256) REFERENCES sources (sha256)
);
INSERT INTO "batches" VALUES(1,2026,1,'2026-001',NULL,'2026-11-29 03:00:00.000000','cli','ready','',1,'tem-25x35','0c42b77d82850193be08f65cf01f8e4e3490ea41e637183d71115111ef5be764','a4','1d589f2121be1aba418c8310cb90638a720d6620d44b08c1be89ec45e881050e','TEM.OCOPHN.VN',0,'','{"proof":"auto","apart_mm":0.2}','{"labelsvc":"0.1.0","deflate":"0.9.0","numpy":"2.4.6","pillow":"13.0.0","reportlab":"5.1.0"}','@OUTPUT@/2026-001',0,NULL);
INSERT INTO "batches" VALUES(2,2026,2,'2026-002',NULL,'2026-11-29 03:00:00.000000','cli','ready','',1,'tem-25x35','0c42b77d82850193be08f65cf01f8e4e3490ea41e637183d71115111ef5be764','roll-25x35x4','0055d6243d689af46a10018685279b8318d52ae14d18334f72919eee17be846f','TEM.OCOPHN.VN',0,'','{"proof":"auto","apart_mm":0.2,"step_and_repeat":true}','{"labelsvc":"0.1.0","deflate":"0.9.0","numpy":"2.4.6","pillow":"13.0.0","reportlab":"5.1.0"}','@OUTPUT@/2026-002',0,NULL);
INSERT INTO "batches" VALUES(3,2026,3,'2026-003',NULL,'2026-11-29 03:00:00.000000','cli','ready','',1,'tem-25x35','0c42b77d82850193be08f65cf01f8e4e3490ea41e637183d71115111ef5be764','a4','248e108ac174ff950645a6e07859410f4f55294e4649a306f11b2345d08c3672','TEM.OCOPHN.VN',0,'','{"proof":"auto","apart_mm":0.2,"order":"piles"}','{"labelsvc":"0.1.0","deflate":"0.9.0","numpy":"2.4.6","pillow":"13.0.0","reportlab":"5.1.0"}','@OUTPUT@/2026-003',0,NULL);
INSERT INTO "batches" VALUES(4,2026,4,'2026-004',NULL,'2026-11-29 03:00:00.000000','cli','ready','',1,'tem-25x35','0c42b77d82850193be08f65cf01f8e4e3490ea41e637183d71115111ef5be764','single','6a137c4f69afa60755314a0de94d1db1622a73d36e558c14981d4f4a57f4749f','TEM.OCOPHN.VN',0,'','{"proof":"auto","apart_mm":0.2,"spot_inks":true}','{"labelsvc":"0.1.0","deflate":"0.9.0","numpy":"2.4.6","pillow":"13.0.0","reportlab":"5.1.0"}','@OUTPUT@/2026-004',0,NULL);
INSERT INTO "batches" VALUES(5,2026,5,'2026-005',NULL,'2026-11-29 03:00:00.000000','cli','ready','',1,'bien-ke-105x74','9a6a0e06d9edd947bb3f64961e82ddadf09ae8028e231c670fcbad3147831a6a','sra3','ebd5eb7bcda9b38554b1288532c1582bbf5cd2271b6b7cd3f8fed046bee62baa','TEM.OCOPHN.VN',0,'','{"proof":"auto","apart_mm":0.2}','{"labelsvc":"0.1.0","deflate":"0.9.0","numpy":"2.4.6","pillow":"13.0.0","reportlab":"5.1.0"}','@OUTPUT@/2026-005',0,NULL);
INSERT INTO "batches" VALUES(6,2026,6,'2026-006',NULL,'2026-11-29 03:00:00.000000','cli','ready','',1,'thu-1','6de14c797ef448ce90e2f2f237f6c71030634d8273237b832469226ef91d21bc','a4','1d589f2121be1aba418c8310cb90638a720d6620d44b08c1be89ec45e881050e','TEM.OCOPHN.VN',0,'','{"proof":"auto","apart_mm":0.2}','{"labelsvc":"0.1.0","deflate":"0.9.0","numpy":"2.4.6","pillow":"13.0.0","reportlab":"5.1.0"}','@OUTPUT@/2026-006',0,NULL);
INSERT INTO "batches" VALUES(7,2026,7,'2026-007',NULL,'2026-11-29 03:00:00.000000','cli','ordered','',1,'tem-25x35','0c42b77d82850193be08f65cf01f8e4e3490ea41e637183d71115111ef5be764','a4','1d589f2121be1aba418c8310cb90638a720d6620d44b08c1be89ec45e881050e','TEM.OCOPHN.VN',0,'','{"proof":"auto","apart_mm":0.2,"step_and_repeat":true}','{"labelsvc":"0.1.0","deflate":"0.9.0","numpy":"2.4.6","pillow":"13.0.0","reportlab":"5.1.0"}','',0,NULL);
CREATE TABLE designs (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	state TEXT DEFAULT 'draft' NOT NULL, 
	source_sha256 TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	who TEXT DEFAULT '' NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_designs PRIMARY KEY (id), 
	CONSTRAINT uq_designs_name_version UNIQUE (name, version), 
	CONSTRAINT fk_designs_source_sha256_sources FOREIGN KEY(source_sha256) REFERENCES sources (sha256)
);
INSERT INTO "designs" VALUES(1,'thu-1',1,'published','6de14c797ef448ce90e2f2f237f6c71030634d8273237b832469226ef91d21bc','2026-11-29 03:00:00.000000','thu','');
CREATE TABLE epochs (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	issues BOOLEAN DEFAULT false NOT NULL, 
	next_line INTEGER DEFAULT '1' NOT NULL, 
	fingerprint TEXT DEFAULT '' NOT NULL, 
	of_other_database BOOLEAN DEFAULT false NOT NULL, 
	given_up BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT pk_epochs PRIMARY KEY (id), 
	CONSTRAINT uq_epochs_name UNIQUE (name)
);
INSERT INTO "epochs" VALUES(1,'ZM83X4MV','2026-11-29 03:00:00.000000',1,16,'b63447c293a854e08edc27197d085036',0,0);
CREATE TABLE exceptions (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	recognition_id INTEGER NOT NULL, 
	pieces INTEGER DEFAULT '0' NOT NULL, 
	at DATETIME NOT NULL, 
	who TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_exceptions PRIMARY KEY (id), 
	CONSTRAINT fk_exceptions_recognition_id_recognitions FOREIGN KEY(recognition_id) REFERENCES recognitions (id)
);
CREATE TABLE imports (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	who TEXT DEFAULT '' NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	undone_at DATETIME, 
	undone_by TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_imports PRIMARY KEY (id)
);
INSERT INTO "imports" VALUES(1,'2026-11-29 03:00:00.000000','thu','records.csv',NULL,'');
CREATE TABLE invitations (
	id INTEGER NOT NULL, 
	token_hash TEXT NOT NULL, 
	email TEXT NOT NULL, 
	role TEXT NOT NULL, 
	producer_id INTEGER, 
	invited_by TEXT DEFAULT '' NOT NULL, 
	at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_invitations PRIMARY KEY (id), 
	CONSTRAINT uq_invitations_token_hash UNIQUE (token_hash), 
	CONSTRAINT fk_invitations_producer_id_producers FOREIGN KEY(producer_id) REFERENCES producers (id)
);
CREATE TABLE lines (
	epoch_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	product_id INTEGER NOT NULL, 
	recognition_id INTEGER NOT NULL, 
	quantity INTEGER NOT NULL, 
	first_serial INTEGER DEFAULT '1' NOT NULL, 
	last_serial INTEGER NOT NULL, 
	stars INTEGER NOT NULL, 
	specimen BOOLEAN DEFAULT false NOT NULL, 
	snapshot JSON NOT NULL, 
	CONSTRAINT pk_lines PRIMARY KEY (epoch_id, number), 
	CONSTRAINT uq_lines_batch_id_position UNIQUE (batch_id, position), 
	CONSTRAINT ck_lines_serials CHECK (first_serial <= last_serial), 
	CONSTRAINT fk_lines_epoch_id_epochs FOREIGN KEY(epoch_id) REFERENCES epochs (id), 
	CONSTRAINT fk_lines_batch_id_batches FOREIGN KEY(batch_id) REFERENCES batches (id), 
	CONSTRAINT fk_lines_product_id_products FOREIGN KEY(product_id) REFERENCES products (id), 
	CONSTRAINT fk_lines_recognition_id_recognitions FOREIGN KEY(recognition_id) REFERENCES recognitions (id)
);
INSERT INTO "lines" VALUES(1,1,1,0,2,2,3,1,3,5,0,'{"name":"Bộ bát đĩa gốm sứ hoa sen","producer":"HTX Gốm Thử","brand":"Gốm sứ Thử","address":"Xóm 1","commune":"Bát Tràng","district":"Gia Lâm","net_content":"","ingredients":"","storage":"","shelf_life":"","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"CRAFT","registered_mark":false,"stars":5,"decision_date":"2024-03-05","decision_number":"12/QĐ-BNN","issuer":"Bộ Nông nghiệp và Môi trường","score":null,"potential_five":false,"valid_from":null,"valid_until":null,"extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,2,1,1,3,3,4,1,4,4,0,'{"name":"Miến dong khô","producer":"HTX Miến Thử","brand":"Miến Thử","address":"Thôn Minh Hồng","commune":"Minh Quang","district":"Ba Vì","net_content":"500 g","ingredients":"Bột dong riềng","storage":"Nơi khô ráo","shelf_life":"12 tháng","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"FOOD","registered_mark":false,"stars":4,"decision_date":"2025-06-20","decision_number":"34/QĐ-UBND","issuer":"UBND thành phố Hà Nội","score":null,"potential_five":false,"valid_from":null,"valid_until":"2028-06-30","extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,3,1,2,1,1,2,1,2,3,0,'{"name":"Trà sen","producer":"Cơ sở Trà Thử","brand":"","address":"","commune":"Quảng An","district":"Tây Hồ","net_content":"100 g","ingredients":"Chè xanh","storage":"Kín","shelf_life":"24 tháng","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"DRINK","registered_mark":false,"stars":3,"decision_date":"2024-02-10","decision_number":"56/QĐ-UBND","issuer":"UBND thành phố Hà Nội","score":null,"potential_five":false,"valid_from":null,"valid_until":null,"extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,4,2,0,2,2,3,1,3,5,0,'{"name":"Bộ bát đĩa gốm sứ hoa sen","producer":"HTX Gốm Thử","brand":"Gốm sứ Thử","address":"Xóm 1","commune":"Bát Tràng","district":"Gia Lâm","net_content":"","ingredients":"","storage":"","shelf_life":"","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"CRAFT","registered_mark":false,"stars":5,"decision_date":"2024-03-05","decision_number":"12/QĐ-BNN","issuer":"Bộ Nông nghiệp và Môi trường","score":null,"potential_five":false,"valid_from":null,"valid_until":null,"extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,5,2,1,3,3,4,1,4,4,0,'{"name":"Miến dong khô","producer":"HTX Miến Thử","brand":"Miến Thử","address":"Thôn Minh Hồng","commune":"Minh Quang","district":"Ba Vì","net_content":"500 g","ingredients":"Bột dong riềng","storage":"Nơi khô ráo","shelf_life":"12 tháng","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"FOOD","registered_mark":false,"stars":4,"decision_date":"2025-06-20","decision_number":"34/QĐ-UBND","issuer":"UBND thành phố Hà Nội","score":null,"potential_five":false,"valid_from":null,"valid_until":"2028-06-30","extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,6,2,2,1,1,2,1,2,3,0,'{"name":"Trà sen","producer":"Cơ sở Trà Thử","brand":"","address":"","commune":"Quảng An","district":"Tây Hồ","net_content":"100 g","ingredients":"Chè xanh","storage":"Kín","shelf_life":"24 tháng","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"DRINK","registered_mark":false,"stars":3,"decision_date":"2024-02-10","decision_number":"56/QĐ-UBND","issuer":"UBND thành phố Hà Nội","score":null,"potential_five":false,"valid_from":null,"valid_until":null,"extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,7,3,0,2,2,3,1,3,5,0,'{"name":"Bộ bát đĩa gốm sứ hoa sen","producer":"HTX Gốm Thử","brand":"Gốm sứ Thử","address":"Xóm 1","commune":"Bát Tràng","district":"Gia Lâm","net_content":"","ingredients":"","storage":"","shelf_life":"","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"CRAFT","registered_mark":false,"stars":5,"decision_date":"2024-03-05","decision_number":"12/QĐ-BNN","issuer":"Bộ Nông nghiệp và Môi trường","score":null,"potential_five":false,"valid_from":null,"valid_until":null,"extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,8,3,1,3,3,4,1,4,4,0,'{"name":"Miến dong khô","producer":"HTX Miến Thử","brand":"Miến Thử","address":"Thôn Minh Hồng","commune":"Minh Quang","district":"Ba Vì","net_content":"500 g","ingredients":"Bột dong riềng","storage":"Nơi khô ráo","shelf_life":"12 tháng","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"FOOD","registered_mark":false,"stars":4,"decision_date":"2025-06-20","decision_number":"34/QĐ-UBND","issuer":"UBND thành phố Hà Nội","score":null,"potential_five":false,"valid_from":null,"valid_until":"2028-06-30","extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,9,3,2,1,1,2,1,2,3,0,'{"name":"Trà sen","producer":"Cơ sở Trà Thử","brand":"","address":"","commune":"Quảng An","district":"Tây Hồ","net_content":"100 g","ingredients":"Chè xanh","storage":"Kín","shelf_life":"24 tháng","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"DRINK","registered_mark":false,"stars":3,"decision_date":"2024-02-10","decision_number":"56/QĐ-UBND","issuer":"UBND thành phố Hà Nội","score":null,"potential_five":false,"valid_from":null,"valid_until":null,"extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,10,4,0,2,2,3,1,3,5,0,'{"name":"Bộ bát đĩa gốm sứ hoa sen","producer":"HTX Gốm Thử","brand":"Gốm sứ Thử","address":"Xóm 1","commune":"Bát Tràng","district":"Gia Lâm","net_content":"","ingredients":"","storage":"","shelf_life":"","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"CRAFT","registered_mark":false,"stars":5,"decision_date":"2024-03-05","decision_number":"12/QĐ-BNN","issuer":"Bộ Nông nghiệp và Môi trường","score":null,"potential_five":false,"valid_from":null,"valid_until":null,"extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,11,5,0,2,2,3,1,3,5,0,'{"name":"Bộ bát đĩa gốm sứ hoa sen","producer":"HTX Gốm Thử","brand":"Gốm sứ Thử","address":"Xóm 1","commune":"Bát Tràng","district":"Gia Lâm","net_content":"","ingredients":"","storage":"","shelf_life":"","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"CRAFT","registered_mark":false,"stars":5,"decision_date":"2024-03-05","decision_number":"12/QĐ-BNN","issuer":"Bộ Nông nghiệp và Môi trường","score":null,"potential_five":false,"valid_from":null,"valid_until":null,"extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,12,5,1,3,3,4,1,4,4,0,'{"name":"Miến dong khô","producer":"HTX Miến Thử","brand":"Miến Thử","address":"Thôn Minh Hồng","commune":"Minh Quang","district":"Ba Vì","net_content":"500 g","ingredients":"Bột dong riềng","storage":"Nơi khô ráo","shelf_life":"12 tháng","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"FOOD","registered_mark":false,"stars":4,"decision_date":"2025-06-20","decision_number":"34/QĐ-UBND","issuer":"UBND thành phố Hà Nội","score":null,"potential_five":false,"valid_from":null,"valid_until":"2028-06-30","extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,13,6,0,2,2,3,1,3,5,0,'{"name":"Bộ bát đĩa gốm sứ hoa sen","producer":"HTX Gốm Thử","brand":"Gốm sứ Thử","address":"Xóm 1","commune":"Bát Tràng","district":"Gia Lâm","net_content":"","ingredients":"","storage":"","shelf_life":"","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"CRAFT","registered_mark":false,"stars":5,"decision_date":"2024-03-05","decision_number":"12/QĐ-BNN","issuer":"Bộ Nông nghiệp và Môi trường","score":null,"potential_five":false,"valid_from":null,"valid_until":null,"extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,14,7,0,2,2,3,1,3,5,0,'{"name":"Bộ bát đĩa gốm sứ hoa sen","producer":"HTX Gốm Thử","brand":"Gốm sứ Thử","address":"Xóm 1","commune":"Bát Tràng","district":"Gia Lâm","net_content":"","ingredients":"","storage":"","shelf_life":"","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"CRAFT","registered_mark":false,"stars":5,"decision_date":"2024-03-05","decision_number":"12/QĐ-BNN","issuer":"Bộ Nông nghiệp và Môi trường","score":null,"potential_five":false,"valid_from":null,"valid_until":null,"extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
INSERT INTO "lines" VALUES(1,15,7,1,3,3,4,1,4,4,0,'{"name":"Miến dong khô","producer":"HTX Miến Thử","brand":"Miến Thử","address":"Thôn Minh Hồng","commune":"Minh Quang","district":"Ba Vì","net_content":"500 g","ingredients":"Bột dong riềng","storage":"Nơi khô ráo","shelf_life":"12 tháng","directions":"","warnings":"","origin":"Việt Nam","gtin":"","gln":"","ocop_code":"","product_group":"FOOD","registered_mark":false,"stars":4,"decision_date":"2025-06-20","decision_number":"34/QĐ-UBND","issuer":"UBND thành phố Hà Nội","score":null,"potential_five":false,"valid_from":null,"valid_until":"2028-06-30","extended_until":null,"extension_reason":"","suspended_since":null,"suspended_until":null,"suspension_reason":"","suspension_decision":"","withdrawn_since":null,"withdrawal_reason":"","withdrawal_decision":""}');
CREATE TABLE official_artworks (
	version INTEGER NOT NULL, 
	state TEXT DEFAULT 'retired' NOT NULL, 
	kind TEXT NOT NULL, 
	source_sha256 TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	who TEXT DEFAULT '' NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_official_artworks PRIMARY KEY (version), 
	CONSTRAINT fk_official_artworks_source_sha256_sources FOREIGN KEY(source_sha256) REFERENCES sources (sha256)
);
CREATE TABLE parts (
	batch_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	state TEXT DEFAULT 'waiting' NOT NULL, 
	first_sheet INTEGER NOT NULL, 
	sheets INTEGER NOT NULL, 
	first_piece INTEGER NOT NULL, 
	pieces INTEGER NOT NULL, 
	skip INTEGER DEFAULT '0' NOT NULL, 
	file TEXT DEFAULT '' NOT NULL, 
	sha256 TEXT DEFAULT '' NOT NULL, 
	bytes BIGINT DEFAULT '0' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	started_at DATETIME, 
	ended_at DATETIME, 
	CONSTRAINT pk_parts PRIMARY KEY (batch_id, number), 
	CONSTRAINT ck_parts_state CHECK (state IN ('waiting', 'running', 'done', 'failed')), 
	CONSTRAINT fk_parts_batch_id_batches FOREIGN KEY(batch_id) REFERENCES batches (id)
);
INSERT INTO "parts" VALUES(1,1,'done',1,1,0,9,0,'labels-001.pdf','40f405ebd2be5ab2929e30da1d1aff0d151ff83bf9d0b04bde226a4f1bfb1ab7',260812,'','2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000');
INSERT INTO "parts" VALUES(2,1,'done',1,3,0,9,0,'labels-001.pdf','76c8e2d5a5af792a78960b8bebadd1dc91942e0fd3c12b38bdb23f83d699ed3c',263404,'','2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000');
INSERT INTO "parts" VALUES(3,1,'done',1,1,0,9,5,'labels-001.pdf','c3fce4caa412c3bd00a73acfa7a706811d919ece378f7deb96b0ee2015e7a9f3',261113,'','2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000');
INSERT INTO "parts" VALUES(4,1,'done',1,3,0,3,0,'labels-001.pdf','c02b53dce9cea6d0f643d7ac4d5ce8133dbdb839638a36471a06aaceee15355f',255148,'','2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000');
INSERT INTO "parts" VALUES(5,1,'done',1,1,0,7,0,'labels-001.pdf','98ee32f0f86f9477cd85dc9e5f039d6e5ced8a721396ba9cf95fa0f5c9604e0e',266619,'','2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000');
INSERT INTO "parts" VALUES(6,1,'done',1,1,0,3,0,'labels-001.pdf','995ed87dcd12ec7846b9209a52cfc6ebb6fa16eca18c775a2e382274147ce28b',253312,'','2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000');
INSERT INTO "parts" VALUES(7,1,'waiting',1,2,0,7,0,'','',0,'',NULL,NULL);
CREATE TABLE producers (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	sort_key TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_producers PRIMARY KEY (id), 
	CONSTRAINT uq_producers_name_key UNIQUE (name_key)
);
INSERT INTO "producers" VALUES(1,'Cơ sở Trà Thử','cơ sở trà thử','7n1rn1sq31seu00002001002');
INSERT INTO "producers" VALUES(2,'HTX Gốm Thử','htx gốm thử','esx1dmj1seu0000040002');
INSERT INTO "producers" VALUES(3,'HTX Miến Thử','htx miến thử','esx1jfbk1seu00000040002');
CREATE TABLE products (
	id INTEGER NOT NULL, 
	producer_id INTEGER NOT NULL, 
	name_key TEXT NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	producer TEXT DEFAULT '' NOT NULL, 
	brand TEXT DEFAULT '' NOT NULL, 
	address TEXT DEFAULT '' NOT NULL, 
	commune TEXT DEFAULT '' NOT NULL, 
	district TEXT DEFAULT '' NOT NULL, 
	net_content TEXT DEFAULT '' NOT NULL, 
	ingredients TEXT DEFAULT '' NOT NULL, 
	storage TEXT DEFAULT '' NOT NULL, 
	shelf_life TEXT DEFAULT '' NOT NULL, 
	directions TEXT DEFAULT '' NOT NULL, 
	warnings TEXT DEFAULT '' NOT NULL, 
	origin TEXT DEFAULT '' NOT NULL, 
	gtin TEXT DEFAULT '' NOT NULL, 
	gln TEXT DEFAULT '' NOT NULL, 
	ocop_code TEXT DEFAULT '' NOT NULL, 
	product_group TEXT, 
	registered_mark BOOLEAN DEFAULT false NOT NULL, 
	demonstration BOOLEAN DEFAULT false NOT NULL, 
	search TEXT DEFAULT '' NOT NULL, 
	import_id INTEGER, 
	added_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	sort_key TEXT DEFAULT '' NOT NULL, 
	producer_sort_key TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_products PRIMARY KEY (id), 
	CONSTRAINT uq_products_name_key_producer_id_demonstration UNIQUE (name_key, producer_id, demonstration), 
	CONSTRAINT fk_products_producer_id_producers FOREIGN KEY(producer_id) REFERENCES producers (id), 
	CONSTRAINT fk_products_import_id_imports FOREIGN KEY(import_id) REFERENCES imports (id)
);
INSERT INTO "products" VALUES(1,1,'trà sen','Trà sen','Cơ sở Trà Thử','','','Quảng An','Tây Hồ','100 g','Chè xanh','Kín','24 tháng','','','Việt Nam','','','','DRINK',0,0,'tra sen co so tra thu quang an tay ho',1,'2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000','sq31rak0001','7n1rn1sq31seu00002001002');
INSERT INTO "products" VALUES(2,2,'bộ bát đĩa gốm sứ hoa sen','Bộ bát đĩa gốm sứ hoa sen','HTX Gốm Thử','Gốm sứ Thử','Xóm 1','Bát Tràng','Gia Lâm','','','','','','','Việt Nam','','','','CRAFT',0,0,'bo bat dia gom su hoa sen gom su thu htx gom thu xom 1 bat trang gia lam',1,'2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000','6m163s19f31dmj1ru1el31rak00504003004004','esx1dmj1seu0000040002');
INSERT INTO "products" VALUES(3,3,'miến dong khô','Miến dong khô','HTX Miến Thử','Miến Thử','Thôn Minh Hồng','Minh Quang','Ba Vì','500 g','Bột dong riềng','Nơi khô ráo','12 tháng','','','Việt Nam','','','','FOOD',0,0,'mien dong kho mien thu htx mien thu thon minh hong minh quang ba vi',1,'2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000','jfbk18lkd1hem0004','esx1jfbk1seu00000040002');
CREATE TABLE recognitions (
	id INTEGER NOT NULL, 
	product_id INTEGER NOT NULL, 
	stars INTEGER NOT NULL, 
	decision_date DATE NOT NULL, 
	decision_number TEXT DEFAULT '' NOT NULL, 
	issuer TEXT DEFAULT '' NOT NULL, 
	score FLOAT, 
	potential_five BOOLEAN DEFAULT false NOT NULL, 
	valid_from DATE, 
	valid_until DATE, 
	extended_until DATE, 
	extension_reason TEXT DEFAULT '' NOT NULL, 
	suspended_since DATE, 
	suspended_until DATE, 
	suspension_reason TEXT DEFAULT '' NOT NULL, 
	suspension_decision TEXT DEFAULT '' NOT NULL, 
	withdrawn_since DATE, 
	withdrawal_reason TEXT DEFAULT '' NOT NULL, 
	withdrawal_decision TEXT DEFAULT '' NOT NULL, 
	import_id INTEGER, 
	added_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	decided_until DATE, 
	CONSTRAINT pk_recognitions PRIMARY KEY (id), 
	CONSTRAINT uq_recognitions_product_id_decision_date UNIQUE (product_id, decision_date), 
	CONSTRAINT fk_recognitions_product_id_products FOREIGN KEY(product_id) REFERENCES products (id), 
	CONSTRAINT fk_recognitions_import_id_imports FOREIGN KEY(import_id) REFERENCES imports (id)
);
INSERT INTO "recognitions" VALUES(1,1,3,'2024-02-10','56/QĐ-UBND','UBND thành phố Hà Nội',NULL,0,NULL,NULL,'2027-05-01','chờ Hội đồng đánh giá lại',NULL,NULL,'','',NULL,'','',1,'2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000','2027-02-10');
INSERT INTO "recognitions" VALUES(2,2,5,'2024-03-05','12/QĐ-BNN','Bộ Nông nghiệp và Môi trường',NULL,0,NULL,NULL,NULL,'',NULL,NULL,'','',NULL,'','',1,'2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000','2027-03-05');
INSERT INTO "recognitions" VALUES(3,3,4,'2025-06-20','34/QĐ-UBND','UBND thành phố Hà Nội',NULL,0,NULL,'2028-06-30',NULL,'',NULL,NULL,'','',NULL,'','',1,'2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000','2028-06-30');
CREATE TABLE record_version (
	version BIGINT NOT NULL
);
INSERT INTO "record_version" VALUES(5);
CREATE TABLE reprints (
	id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	who TEXT DEFAULT '' NOT NULL, 
	reason TEXT NOT NULL, 
	sheets TEXT DEFAULT '' NOT NULL, 
	pieces JSON NOT NULL, 
	count INTEGER NOT NULL, 
	file TEXT DEFAULT '' NOT NULL, 
	sha256 TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_reprints PRIMARY KEY (id), 
	CONSTRAINT uq_reprints_batch_id_number UNIQUE (batch_id, number), 
	CONSTRAINT fk_reprints_batch_id_batches FOREIGN KEY(batch_id) REFERENCES batches (id)
);
CREATE TABLE scans (
	epoch_id INTEGER NOT NULL, 
	line INTEGER NOT NULL, 
	serial INTEGER NOT NULL, 
	first_at BIGINT NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_scans PRIMARY KEY (epoch_id, line, serial)
)
 WITHOUT ROWID

;
CREATE TABLE secrets (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_secrets PRIMARY KEY (name)
);
CREATE TABLE sessions (
	id INTEGER NOT NULL, 
	token_hash TEXT NOT NULL, 
	account_id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	browser TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (id), 
	CONSTRAINT uq_sessions_token_hash UNIQUE (token_hash), 
	CONSTRAINT fk_sessions_account_id_accounts FOREIGN KEY(account_id) REFERENCES accounts (id)
);
INSERT INTO "sessions" VALUES(1,'6df69860668bf82f97149cb2b84c4e791f739fd3b976921a6f7fccdd9274b420',1,'2026-11-29 03:00:00.000000','2026-11-29 03:00:00.000000','Firefox');
CREATE TABLE sources (
	sha256 TEXT NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_sources PRIMARY KEY (sha256)
);
INSERT INTO "sources" VALUES('0c42b77d82850193be08f65cf01f8e4e3490ea41e637183d71115111ef5be764',X'3C73766720786D6C6E733D22687474703A2F2F7777772E77332E6F72672F323030302F7376672220786D6C6E733A6C733D2275726E3A6C6162656C7376633A64657369676E3A31222077696474683D2232356D6D22206865696768743D2233356D6D222076696577426F783D22302030203235203335223E0A20203C7469746C653E54656D20323520C397203335206D6D3C2F7469746C653E0A20203C646573633E5374616D703A206865616465722C2073746172732C2070726F647563742C206272616E642C2051522077697468206D6F64756C6573206F6620302E3430206D6D2C20636F64652C2073657269616C2E3C2F646573633E0A20203C6C733A6C6162656C207469746C652D656E3D225374616D7020323520C397203335206D6D222073686170653D2272656374616E676C652220636F726E65723D22312E35222F3E0A20203C7265637420783D222D332220793D222D33222077696474683D22333122206865696768743D223431222066696C6C3D2223464646464646222F3E0A20203C7265637420783D222D332220793D222D33222077696474683D22333122206865696768743D22382E31222066696C6C3D2223304235413341222F3E0A20203C6C733A6F6666696369616C20783D22312E352220793D22312E3036222077696474683D22323222206865696768743D22332E3634222067726F756E643D227768697465223E3C6C733A7465787420783D22312E352220793D22312E3036222077696474683D22323222206865696768743D22332E3634222073697A653D22382E3622206D696E2D73697A653D223822207765696768743D22383030222066696C6C3D22234646464646462220616C69676E3D2263656E746572222076616C69676E3D226D6964646C652220747261636B696E673D22302E3035223E4F434F502048C380204EE1BB98493C2F6C733A746578743E3C2F6C733A6F6666696369616C3E0A20203C6C733A737461727320783D22362E332220793D22352E3535222073697A653D22322E3122206761703D22302E343735222066696C6C3D2223453041313030222F3E0A20203C6C733A74657874206669656C643D2254C3AA6E2073E1BAA36E207068E1BAA96D2220783D22312220793D22382E3035222077696474683D22323322206865696768743D22342E3435222073697A653D22362E3222206D696E2D73697A653D22332E3122207765696768743D22373030222066696C6C3D22233137323331432220616C69676E3D2263656E746572222076616C69676E3D226D6964646C6522206C696E65733D223322206C656164696E673D22312E3132222062616C616E6365643D22796573223E7B7B2070726F647563742E6E616D65207D7D3C2F6C733A746578743E0A20203C6C733A74657874206669656C643D224E68C3A36E206869E1BB87752220783D22312E332220793D2231322E37222077696474683D2232322E3422206865696768743D22332E31222073697A653D22342E3622206D696E2D73697A653D22332E3122207765696768743D22353030222066696C6C3D22233137323331432220616C69676E3D2263656E746572222076616C69676E3D226D6964646C6522206C696E65733D223222206C656164696E673D22312E31222062616C616E6365643D22796573223E7B7B2070726F647563742E73686F776E5F6272616E64207D7D3C2F6C733A746578743E0A20203C6C733A717220783D22352E312220793D2231352E38222073697A653D2231342E38222F3E0A20203C6C733A636F646520783D22312220793D2233302E3735222077696474683D22323322206865696768743D22312E33222073697A653D22332E383522207765696768743D22363030222066696C6C3D22233137323331432220616C69676E3D2263656E746572222F3E0A20203C6C733A73657269616C20783D22312220793D2233322E37222077696474683D22323322206865696768743D22312E32222073697A653D22342E3422207765696768743D22343030222066696C6C3D22233137323331432220616C69676E3D2263656E74657222207072656669783D2253E1BB9120222F3E0A20203C6C733A6D61726B20783D222D312E39352220793D2232312E32222077696474683D22313022206865696768743D2234222073697A653D223722206D696E2D73697A653D223522207765696768743D22383030222066696C6C3D22233137323331432220726F746174653D223930222F3E0A20203C6C733A6D61726B20783D2231362E39352220793D2232312E32222077696474683D22313022206865696768743D2234222073697A653D223722206D696E2D73697A653D223522207765696768743D22383030222066696C6C3D22233137323331432220726F746174653D222D3930222F3E0A3C2F7376673E0A');
INSERT INTO "sources" VALUES('1d589f2121be1aba418c8310cb90638a720d6620d44b08c1be89ec45e881050e',X'53746F636B286E616D653D276134272C207469746C653D2754E1BB9D2041342032313020C39720323937206D6D272C207469746C655F656E3D2741342073686565742032313020C39720323937206D6D272C206B696E643D277368656574272C2077696474685F6D6D3D3231302C206865696768745F6D6D3D3239372C206D617267696E733D4D617267696E73286C6566745F6D6D3D392C20746F705F6D6D3D31322C2072696768745F6D6D3D392C20626F74746F6D5F6D6D3D3132292C20626C6565645F6D6D3D322C206775747465725F785F6D6D3D302E302C206775747465725F795F6D6D3D302E302C2063656C6C733D4E6F6E652C206D61726B733D4D61726B732863726F703D547275652C20726567697374726174696F6E3D547275652C20636F6C6F75725F6261723D547275652C20736C75673D547275652C20756E7072696E7461626C655F6D6D3D342E32292C206469655F6C696E653D547275652C206F66667365745F785F6D6D3D302E302C206F66667365745F795F6D6D3D302E302C206F726465723D27726F7773272C20726F6C6C5F6C656E6774685F6D3D302E3029');
INSERT INTO "sources" VALUES('0055d6243d689af46a10018685279b8318d52ae14d18334f72919eee17be846f',X'53746F636B286E616D653D27726F6C6C2D32357833357834272C207469746C653D274375E1BB996E20646563616C20323520C397203335206D6D20C3972034272C207469746C655F656E3D27526F6C6C20323520C397203335206D6D20C3972034272C206B696E643D27726F6C6C272C2077696474685F6D6D3D3132312E302C206865696768745F6D6D3D3330342E302C206D617267696E733D4D617267696E73286C6566745F6D6D3D302E302C20746F705F6D6D3D302E302C2072696768745F6D6D3D302E302C20626F74746F6D5F6D6D3D302E30292C20626C6565645F6D6D3D312E352C206775747465725F785F6D6D3D302E302C206775747465725F795F6D6D3D302E302C2063656C6C733D43656C6C732873686170653D52656374616E676C652877696474685F6D6D3D32352E302C206865696768745F6D6D3D33352E302C20636F726E65725F6D6D3D302E30292C20636F6C756D6E733D342C20726F77733D382C206761705F785F6D6D3D332E302C206761705F795F6D6D3D332E302C206C6566745F6D6D3D362E302C20746F705F6D6D3D312E35292C206D61726B733D4D61726B732863726F703D46616C73652C20726567697374726174696F6E3D46616C73652C20636F6C6F75725F6261723D46616C73652C20736C75673D547275652C20756E7072696E7461626C655F6D6D3D31292C206469655F6C696E653D547275652C206F66667365745F785F6D6D3D302E302C206F66667365745F795F6D6D3D302E302C206F726465723D27726F7773272C20726F6C6C5F6C656E6774685F6D3D302E3029');
INSERT INTO "sources" VALUES('248e108ac174ff950645a6e07859410f4f55294e4649a306f11b2345d08c3672',X'53746F636B286E616D653D276134272C207469746C653D2754E1BB9D2041342032313020C39720323937206D6D272C207469746C655F656E3D2741342073686565742032313020C39720323937206D6D272C206B696E643D277368656574272C2077696474685F6D6D3D3231302C206865696768745F6D6D3D3239372C206D617267696E733D4D617267696E73286C6566745F6D6D3D392C20746F705F6D6D3D31322C2072696768745F6D6D3D392C20626F74746F6D5F6D6D3D3132292C20626C6565645F6D6D3D322C206775747465725F785F6D6D3D302E302C206775747465725F795F6D6D3D302E302C2063656C6C733D4E6F6E652C206D61726B733D4D61726B732863726F703D547275652C20726567697374726174696F6E3D547275652C20636F6C6F75725F6261723D547275652C20736C75673D547275652C20756E7072696E7461626C655F6D6D3D342E32292C206469655F6C696E653D547275652C206F66667365745F785F6D6D3D302E302C206F66667365745F795F6D6D3D302E302C206F726465723D2770696C6573272C20726F6C6C5F6C656E6774685F6D3D302E3029');
INSERT INTO "sources" VALUES('6a137c4f69afa60755314a0de94d1db1622a73d36e558c14981d4f4a57f4749f',X'53746F636B286E616D653D2773696E676C65272C207469746C653D274DE1BB9769207472616E67206DE1BB9974206E68C3A36E272C207469746C655F656E3D274F6E65206C6162656C207065722070616765272C206B696E643D2773696E676C65272C2077696474685F6D6D3D302E302C206865696768745F6D6D3D302E302C206D617267696E733D4D617267696E73286C6566745F6D6D3D382C20746F705F6D6D3D382C2072696768745F6D6D3D382C20626F74746F6D5F6D6D3D3133292C20626C6565645F6D6D3D322C206775747465725F785F6D6D3D302E302C206775747465725F795F6D6D3D302E302C2063656C6C733D4E6F6E652C206D61726B733D4D61726B732863726F703D547275652C20726567697374726174696F6E3D547275652C20636F6C6F75725F6261723D46616C73652C20736C75673D547275652C20756E7072696E7461626C655F6D6D3D32292C206469655F6C696E653D547275652C206F66667365745F785F6D6D3D302E302C206F66667365745F795F6D6D3D302E302C206F726465723D27726F7773272C20726F6C6C5F6C656E6774685F6D3D302E3029');
INSERT INTO "sources" VALUES('9a6a0e06d9edd947bb3f64961e82ddadf09ae8028e231c670fcbad3147831a6a',X'3C73766720786D6C6E733D22687474703A2F2F7777772E77332E6F72672F323030302F7376672220786D6C6E733A6C733D2275726E3A6C6162656C7376633A64657369676E3A31222077696474683D223130356D6D22206865696768743D2237346D6D222076696577426F783D2230203020313035203734223E0A20203C7469746C653E4269E1BB836E206BE1BB872068C3A06E672031303520C397203734206D6D3C2F7469746C653E0A20203C646573633E5368656C6620636172643A2070726F64756374206C617267652C2077686F206D616B657320697420616E642077686572652C2076616C69646974793B205152206F6E2074686520677265656E20736964652E3C2F646573633E0A20203C6C733A6C6162656C207469746C652D656E3D225368656C6620636172642031303520C397203734206D6D222073686170653D2272656374616E676C652220636F726E65723D2232222F3E0A20203C7265637420783D222D332220793D222D33222077696474683D2231313122206865696768743D223830222066696C6C3D2223464646464646222F3E0A20203C7265637420783D2237322220793D222D33222077696474683D22333622206865696768743D223830222066696C6C3D2223304235413341222F3E0A20203C6C733A737461727320783D22362E322220793D22362E34222073697A653D22372E3222206761703D22312E38222066696C6C3D2223453041313030222F3E0A20203C6C733A74657874206669656C643D2254C3AA6E2073E1BAA36E207068E1BAA96D2220783D22362E322220793D2231352E32222077696474683D22363122206865696768743D2232342E34222073697A653D22323722206D696E2D73697A653D22313122207765696768743D22383030222066696C6C3D222331373233314322206C696E65733D223322206C656164696E673D22312E3134222076616C69676E3D226D6964646C65222062616C616E6365643D22796573223E7B7B2070726F647563742E6E616D65207D7D3C2F6C733A746578743E0A20203C6C733A74657874206669656C643D224E68C3A36E206869E1BB87752220783D22362E322220793D2234302E36222077696474683D22363122206865696768743D22382E34222073697A653D22313122206D696E2D73697A653D223822207765696768743D22363030222066696C6C3D222330423541334122206C696E65733D223222206C656164696E673D22312E3135222076616C69676E3D226D6964646C65222062616C616E6365643D22796573223E7B7B2070726F647563742E73686F776E5F6272616E64207D7D3C2F6C733A746578743E0A20203C6C733A74657874206669656C643D224368E1BBA7207468E1BB832220783D22362E322220793D2234392E38222077696474683D22363122206865696768743D2231302E36222073697A653D223922206D696E2D73697A653D223622207765696768743D22343030222066696C6C3D222331373233314322206C696E65733D223322206C656164696E673D22312E3235223E7B252069662070726F647563742E6272616E6420257D7B7B2070726F647563742E70726F6475636572207D7D2C207B2520656E64696620257D7B252069662070726F647563742E706C61636520257D7B7B2070726F647563742E706C616365207D7D2C207B2520656E64696620257D48C3A0204EE1BB99693C2F6C733A746578743E0A20203C7265637420783D22362E322220793D2236312E36222077696474683D22363122206865696768743D22302E32222066696C6C3D2223423943324243222F3E0A20203C6C733A7465787420783D22362E322220793D2236332E34222077696474683D22363122206865696768743D22342E34222073697A653D22382E3422206D696E2D73697A653D223622207765696768743D22353030222066696C6C3D2223313732333143222076616C69676E3D226D6964646C65223EC490E1BAA174207B7B207265636F676E6974696F6E2E7374617273207D7D2073616F204F434F502048C3A0204EE1BB996920C2B7206869E1BB8775206CE1BBB16320C491E1BABF6E207B7B207265636F676E6974696F6E2E6C6173745F646179207C2064617465207D7D3C2F6C733A746578743E0A20203C7265637420783D2237352E352220793D2231302E32222077696474683D22323622206865696768743D223236222072783D22312E34222066696C6C3D2223464646464646222F3E0A20203C6C733A717220783D2237362220793D2231302E37222073697A653D223235222F3E0A20203C6C733A7465787420783D2237332E352220793D2233382E36222077696474683D22333022206865696768743D2239222073697A653D22392E3622206D696E2D73697A653D223822207765696768743D22363030222066696C6C3D222346464646464622206C696E65733D223222206C656164696E673D22312E32352220616C69676E3D2263656E746572222076616C69676E3D226D6964646C65223E5175C3A97420C491E1BB83206B69E1BB836D207472612073E1BAA36E207068E1BAA96D3C2F6C733A746578743E0A20203C6C733A636F646520783D2237332E352220793D2235302E34222077696474683D22333022206865696768743D2236222073697A653D22372E3422207765696768743D22363030222066696C6C3D222346464646464622206C696E65733D223222206C656164696E673D22312E33352220616C69676E3D2263656E746572222F3E0A20203C6C733A73657269616C20783D2237332E352220793D2235372E34222077696474683D22333022206865696768743D2232222073697A653D22362E3222207765696768743D22343030222066696C6C3D22234646464646462220616C69676E3D2263656E74657222207072656669783D2253E1BB9120222F3E0A20203C6C733A6F6666696369616C20783D2237332E352220793D2236312E36222077696474683D22333022206865696768743D2238222067726F756E643D227768697465223E3C6C733A7465787420783D2237332E352220793D2236332E34222077696474683D22333022206865696768743D22342E34222073697A653D22382E3422207765696768743D22373030222066696C6C3D22234646464646462220616C69676E3D2263656E746572222076616C69676E3D226D6964646C652220747261636B696E673D22302E3035223E4F434F502048C380204EE1BB98493C2F6C733A746578743E3C2F6C733A6F6666696369616C3E0A20203C6C733A6D61726B20783D2235312220793D22362E34222077696474683D22313622206865696768743D22372E32222073697A653D22313722206D696E2D73697A653D223622207765696768743D22383030222066696C6C3D2223313732333143222F3E0A3C2F7376673E0A');
INSERT INTO "sources" VALUES('ebd5eb7bcda9b38554b1288532c1582bbf5cd2271b6b7cd3f8fed046bee62baa',X'53746F636B286E616D653D2773726133272C207469746C653D2754E1BB9D20535241332033323020C39720343530206D6D272C207469746C655F656E3D27535241332073686565742033323020C39720343530206D6D272C206B696E643D277368656574272C2077696474685F6D6D3D3332302C206865696768745F6D6D3D3435302C206D617267696E733D4D617267696E73286C6566745F6D6D3D382C20746F705F6D6D3D31302C2072696768745F6D6D3D382C20626F74746F6D5F6D6D3D3130292C20626C6565645F6D6D3D322C206775747465725F785F6D6D3D302E302C206775747465725F795F6D6D3D302E302C2063656C6C733D4E6F6E652C206D61726B733D4D61726B732863726F703D547275652C20726567697374726174696F6E3D547275652C20636F6C6F75725F6261723D547275652C20736C75673D547275652C20756E7072696E7461626C655F6D6D3D32292C206469655F6C696E653D547275652C206F66667365745F785F6D6D3D302E302C206F66667365745F795F6D6D3D302E302C206F726465723D27726F7773272C20726F6C6C5F6C656E6774685F6D3D302E3029');
INSERT INTO "sources" VALUES('6de14c797ef448ce90e2f2f237f6c71030634d8273237b832469226ef91d21bc',X'3C73766720786D6C6E733D22687474703A2F2F7777772E77332E6F72672F323030302F7376672220786D6C6E733A6C733D2275726E3A6C6162656C7376633A64657369676E3A31222077696474683D2232356D6D22206865696768743D2233356D6D222076696577426F783D22302030203235203335223E0A20203C7469746C653E54656D20323520C397203335206D6D3C2F7469746C653E0A20203C646573633E5374616D703A206865616465722C2073746172732C2070726F647563742C206272616E642C2051522077697468206D6F64756C6573206F6620302E3430206D6D2C20636F64652C2073657269616C2E3C2F646573633E0A20203C6C733A6C6162656C207469746C652D656E3D225374616D7020323520C397203335206D6D222073686170653D2272656374616E676C652220636F726E65723D22312E35222F3E0A20203C7265637420783D222D332220793D222D33222077696474683D22333122206865696768743D223431222066696C6C3D2223464646464646222F3E0A20203C7265637420783D222D332220793D222D33222077696474683D22333122206865696768743D22382E31222066696C6C3D2223304235413341222F3E0A20203C6C733A6F6666696369616C20783D22312E352220793D22312E3036222077696474683D22323222206865696768743D22332E3634222067726F756E643D227768697465223E3C6C733A7465787420783D22312E352220793D22312E3036222077696474683D22323222206865696768743D22332E3634222073697A653D22382E3622206D696E2D73697A653D223822207765696768743D22383030222066696C6C3D22234646464646462220616C69676E3D2263656E746572222076616C69676E3D226D6964646C652220747261636B696E673D22302E3035223E4F434F502048C380204EE1BB98493C2F6C733A746578743E3C2F6C733A6F6666696369616C3E0A20203C6C733A737461727320783D22362E332220793D22352E3535222073697A653D22322E3122206761703D22302E343735222066696C6C3D2223453041313030222F3E0A20203C6C733A74657874206669656C643D2254C3AA6E2073E1BAA36E207068E1BAA96D2220783D22312220793D22382E3035222077696474683D22323322206865696768743D22342E3435222073697A653D22362E3222206D696E2D73697A653D22332E3122207765696768743D22373030222066696C6C3D22233137323331432220616C69676E3D2263656E746572222076616C69676E3D226D6964646C6522206C696E65733D223322206C656164696E673D22312E3132222062616C616E6365643D22796573223E7B7B2070726F647563742E6E616D65207D7D3C2F6C733A746578743E0A20203C6C733A74657874206669656C643D224E68C3A36E206869E1BB87752220783D22312E332220793D2231322E37222077696474683D2232322E3422206865696768743D22332E31222073697A653D22342E3622206D696E2D73697A653D22332E3122207765696768743D22353030222066696C6C3D22233137323331432220616C69676E3D2263656E746572222076616C69676E3D226D6964646C6522206C696E65733D223222206C656164696E673D22312E31222062616C616E6365643D22796573223E7B7B2070726F647563742E73686F776E5F6272616E64207D7D3C2F6C733A746578743E0A20203C6C733A717220783D22352E312220793D2231352E38222073697A653D2231342E38222F3E0A20203C6C733A636F646520783D22312220793D2233302E3735222077696474683D22323322206865696768743D22312E33222073697A653D22332E383522207765696768743D22363030222066696C6C3D22233137323331432220616C69676E3D2263656E746572222F3E0A20203C6C733A73657269616C20783D22312220793D2233322E37222077696474683D22323322206865696768743D22312E32222073697A653D22342E3422207765696768743D22343030222066696C6C3D22233137323331432220616C69676E3D2263656E74657222207072656669783D2253E1BB9120222F3E0A20203C6C733A6D61726B20783D222D312E39352220793D2232312E32222077696474683D22313022206865696768743D2234222073697A653D223722206D696E2D73697A653D223522207765696768743D22383030222066696C6C3D22233137323331432220726F746174653D223930222F3E0A20203C6C733A6D61726B20783D2231362E39352220793D2232312E32222077696474683D22313022206865696768743D2234222073697A653D223722206D696E2D73697A653D223522207765696768743D22383030222066696C6C3D22233137323331432220726F746174653D222D3930222F3E0A3C212D2D20746875202D2D3E3C2F7376673E0A');
CREATE TABLE stamp_orders (
	id INTEGER NOT NULL, 
	producer_id INTEGER NOT NULL, 
	product_id INTEGER NOT NULL, 
	quantity INTEGER NOT NULL, 
	design TEXT NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	state TEXT DEFAULT 'requested' NOT NULL, 
	answer TEXT DEFAULT '' NOT NULL, 
	batch_id INTEGER, 
	asked_at DATETIME NOT NULL, 
	asked_by TEXT DEFAULT '' NOT NULL, 
	changed_at DATETIME NOT NULL, 
	changed_by TEXT DEFAULT '' NOT NULL, 
	request_key TEXT, 
	CONSTRAINT pk_stamp_orders PRIMARY KEY (id), 
	CONSTRAINT fk_stamp_orders_producer_id_producers FOREIGN KEY(producer_id) REFERENCES producers (id), 
	CONSTRAINT fk_stamp_orders_product_id_products FOREIGN KEY(product_id) REFERENCES products (id), 
	CONSTRAINT fk_stamp_orders_batch_id_batches FOREIGN KEY(batch_id) REFERENCES batches (id)
);
CREATE TABLE voids (
	id INTEGER NOT NULL, 
	epoch_id INTEGER NOT NULL, 
	line INTEGER NOT NULL, 
	first_serial INTEGER NOT NULL, 
	last_serial INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	who TEXT DEFAULT '' NOT NULL, 
	reason TEXT NOT NULL, 
	replaced_by INTEGER NOT NULL, 
	CONSTRAINT pk_voids PRIMARY KEY (id), 
	CONSTRAINT fk_voids_epoch_id_line_lines FOREIGN KEY(epoch_id, line) REFERENCES lines (epoch_id, number), 
	CONSTRAINT ck_voids_serials CHECK (first_serial >= 1 AND first_serial <= last_serial), 
	CONSTRAINT fk_voids_replaced_by_batches FOREIGN KEY(replaced_by) REFERENCES batches (id)
);
CREATE INDEX ix_producers_sort_key_id ON producers (sort_key, id);
CREATE UNIQUE INDEX ix_epochs_issues ON epochs (issues) WHERE issues;
CREATE INDEX ix_products_producer_sort_key_sort_key_id ON products (producer_sort_key, sort_key, id);
CREATE INDEX ix_products_producer_id ON products (producer_id);
CREATE INDEX ix_products_import_id ON products (import_id);
CREATE INDEX ix_products_sort_key_id ON products (sort_key, id);
CREATE INDEX ix_audit_import_id ON audit (import_id);
CREATE INDEX ix_audit_subject_subject_id ON audit (subject, subject_id);
CREATE INDEX ix_batches_producer_id ON batches (producer_id);
CREATE INDEX ix_batches_state ON batches (state);
CREATE INDEX ix_accounts_producer_id ON accounts (producer_id);
CREATE INDEX ix_recognitions_import_id ON recognitions (import_id);
CREATE INDEX ix_sessions_account_id ON sessions (account_id);
CREATE INDEX ix_api_tokens_account_id ON api_tokens (account_id);
CREATE UNIQUE INDEX ix_stamp_orders_request_key ON stamp_orders (request_key);
CREATE INDEX ix_stamp_orders_producer_id ON stamp_orders (producer_id);
CREATE INDEX ix_stamp_orders_state ON stamp_orders (state);
CREATE INDEX ix_lines_product_id ON lines (product_id);
CREATE INDEX ix_lines_recognition_id ON lines (recognition_id);
CREATE INDEX ix_exceptions_recognition_id ON exceptions (recognition_id);
CREATE INDEX ix_voids_epoch_id_line ON voids (epoch_id, line);
CREATE INDEX ix_voids_replaced_by ON voids (replaced_by);
CREATE TRIGGER record_version_products_update AFTER UPDATE ON products BEGIN UPDATE record_version SET version = version + 1; END;
CREATE TRIGGER record_version_products_delete AFTER DELETE ON products BEGIN UPDATE record_version SET version = version + 1; END;
CREATE TRIGGER record_version_recognitions_insert AFTER INSERT ON recognitions BEGIN UPDATE record_version SET version = version + 1; END;
CREATE TRIGGER record_version_recognitions_update AFTER UPDATE ON recognitions BEGIN UPDATE record_version SET version = version + 1; END;
CREATE TRIGGER record_version_recognitions_delete AFTER DELETE ON recognitions BEGIN UPDATE record_version SET version = version + 1; END;
CREATE TRIGGER record_version_lines_update AFTER UPDATE ON lines BEGIN UPDATE record_version SET version = version + 1; END;
CREATE TRIGGER record_version_lines_delete AFTER DELETE ON lines BEGIN UPDATE record_version SET version = version + 1; END;
CREATE TRIGGER record_version_batches_update AFTER UPDATE OF trial ON batches BEGIN UPDATE record_version SET version = version + 1; END;
CREATE TRIGGER record_version_voids_insert AFTER INSERT ON voids BEGIN UPDATE record_version SET version = version + 1; END;
CREATE TRIGGER only_growing_reprints_update BEFORE UPDATE ON reprints BEGIN SELECT RAISE(ABORT, 'reprints only grows'); END;
CREATE TRIGGER only_growing_reprints_delete BEFORE DELETE ON reprints BEGIN SELECT RAISE(ABORT, 'reprints only grows'); END;
CREATE TRIGGER only_growing_voids_update BEFORE UPDATE ON voids BEGIN SELECT RAISE(ABORT, 'voids only grows'); END;
CREATE TRIGGER only_growing_voids_delete BEFORE DELETE ON voids BEGIN SELECT RAISE(ABORT, 'voids only grows'); END;
CREATE TRIGGER only_growing_exceptions_update BEFORE UPDATE ON exceptions BEGIN SELECT RAISE(ABORT, 'exceptions only grows'); END;
CREATE TRIGGER only_growing_exceptions_delete BEFORE DELETE ON exceptions BEGIN SELECT RAISE(ABORT, 'exceptions only grows'); END;
CREATE TRIGGER only_growing_audit_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit only grows'); END;
CREATE TRIGGER only_growing_audit_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit only grows'); END;
COMMIT;